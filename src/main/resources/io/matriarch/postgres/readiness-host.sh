# What the host itself tells about a running cluster, before SQL asks it: what its log says of damage, and what would
# start it again by itself. Reads only, as the owner of the cluster; goes on as the script that is appended.
# Arguments: data directory, then others. Prints rows "host", kind, text; the last one is "end", and what is not
# printed before it is not there:
#   log FILE, since TIME, bad NUMBER, last LINE; or nolog WHY; messages LOCALE that it was started with
#   restarts WHAT  would act at once when PostgreSQL stops     starts WHAT  with the host, or some time later
#   unseen WHAT    of the first kind, unread WHAT of the second: may be there
#   address IP     one of this host
LC_ALL=C PATH=$PATH:/usr/bin:/bin
export LC_ALL PATH
look() (
    data=$1
    tell() { printf 'host\t%s\t%s\n' "$1" "$(printf %s "$2" | tr '\t\r\n' '   ' | cut -c 1-240)"; }
    { read -r pid <"$data/postmaster.pid" && read -r major <"$data/PG_VERSION"; } 2>/dev/null || return
    case $pid in '' | *[!0-9]*) return ;; esac

    # The log: where its messages go. A collector reads them from a pipe and says where it writes them.
    said=$(readlink "/proc/$pid/fd/2") log=''
    if [ -f "$data/current_logfiles" ]; then
        log=$(sort -r "$data/current_logfiles" 2>/dev/null | sed -n '1s/^[a-z]* //p')
        case $log in '' | /*) ;; *) log=$data/$log ;; esac
        said=$log
    elif [ -f "/proc/$pid/fd/2" ]; then
        log=/proc/$pid/fd/2
    fi
    # Without a setting of its own, its messages are in the language that it was started with.
    tell messages "$(tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null |
        awk -F = '$1 == "LC_ALL" && $2 != "" { all = $2 } $1 == "LC_MESSAGES" { one = $2 } $1 == "LANG" { lang = $2 }
            END { print all != "" ? all : one != "" ? one : lang != "" ? lang : "C" }')"
    if [ -n "$log" ] && [ -r "$log" ]; then
        time='[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}'
        level='(PANIC|FATAL|ERROR|WARNING|LOG)("?,|:  )'
        found="PANIC(\"?,|:  )|$level.*(could not fsync|could not fdatasync|page verification failed|invalid page in block|Input/output error|Read-only file system|No space left on device)"
        tell log "$said"
        # The first line of a part of the file is not a whole one.
        first=1
        [ "$(wc -c <"$log")" -le 524288 ] || first=2
        part() { tail -c 524288 "$log" | tail -n "+$first"; }
        tell since "$(part | grep -aoE -m 1 "^$time")"
        tell bad "$(part | grep -acE "$found")"
        last=$(part | grep -aE "$found" | tail -n 1)
        # Without the prefix, which names people; what they asked stands in lines of its own.
        [ -z "$last" ] || tell last "$(printf %s "$last" | grep -oE "^$time") $(printf %s "$last" | grep -oE "$level.*" | cut -c 1-180)"
    else
        tell nolog "${said:-nothing is known of it}"
    fi

    # What starts it: the unit that it runs in, Debian's start.conf, programs that watch, and what runs by the clock.
    unit=$(sed -n 's|.*/\([^/]*\.service\)$|\1|p' "/proc/$pid/cgroup" 2>/dev/null | tail -n 1)
    case $unit in
        '' | user@* | ssh* | cron*) ;;
        *)
            restart=$(timeout 3 systemctl show -p Restart "$unit" 2>/dev/null)
            case $restart in
                Restart=no) ;;
                Restart=always | Restart=on-success) tell restarts "$unit ($restart)" ;;
                Restart=*) tell starts "$unit after a crash ($restart)" ;;
                *) tell unseen "the unit $unit" ;;
            esac
            ;;
    esac
    file=$(tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | sed -n 's|^\(-c\)\{0,1\}config_file=\(/.*\)/postgresql.conf$|\2|p' | head -n 1)
    if [ -n "$file" ] && [ -r "$file/start.conf" ]; then
        word=$(sed -n 's/^[[:space:]]*\([a-z]\{1,\}\).*/\1/p' "$file/start.conf" | head -n 1)
        [ "$word" != auto ] || tell starts "with its host (start.conf says auto)"
    fi
    watched() { # PROGRAM, FILE...
        program=$1
        shift
        hidden=$(find "$@" ! -readable 2>/dev/null | head -n 1)
        if [ -n "$hidden" ]; then tell restarts "$program perhaps: its rules in $hidden cannot be read"; return; fi
        if timeout 3 grep -rqsiE 'postgres|pg_ctl' "$@"; then tell restarts "$program, whose rules name PostgreSQL"; fi
    }
    if [ -r /proc/1/comm ]; then
        # shellcheck disable=SC2013 # each is one word
        for program in $(cat /proc/[0-9]*/comm 2>/dev/null | grep -xE 'monit|supervisord|pacemakerd|patroni|repmgrd|pg_autoctl|stolon-keeper|puppet|chef-client|cinc-client|salt-minion|cf-execd' | sort -u); do
            case $program in
                monit) watched monit /etc/monitrc /etc/monit /etc/monit/monitrc /etc/monit.d ;;
                supervisord) watched supervisord /etc/supervisord.conf /etc/supervisord.d /etc/supervisor ;;
                puppet | chef-client | cinc-client | salt-minion | cf-execd) tell starts "$program perhaps, at its next run" ;;
                *) tell restarts "$program, which runs on this host" ;;
            esac
        done
    else
        tell unseen "the processes of others"
    fi
    action='(pg_ctl(cluster)?[^#]*[[:space:]](re)?start)|((systemctl|service)[^#]*(start[^#]*postgres|postgres[^#]*start))'
    for file in /etc/crontab /etc/cron.d /etc/cron.d/* /etc/cron.hourly /etc/cron.hourly/* /etc/cron.daily /etc/cron.daily/*; do
        if [ -e "$file" ] && ! [ -r "$file" ]; then tell unread "$file"; continue; fi
        [ -f "$file" ] || continue
        ! grep -vsE '^[[:space:]]*#' "$file" | grep -qE "$action" || tell restarts "cron by $file"
    done
    if command -v crontab >/dev/null; then
        ! timeout 3 crontab -l 2>/dev/null | grep -vE '^[[:space:]]*#' | grep -qE "$action" || tell restarts "cron by the crontab of $(id -un)"
    fi
    for file in /etc/systemd/system/*.timer; do
        [ -r "${file%.timer}.service" ] || continue
        ! grep -E '^Exec' "${file%.timer}.service" | grep -qE "$action" || tell restarts "the timer $file"
    done
    for address in $(hostname -I 2>/dev/null); do tell address "$address"; done
    tell end ''
)
look "$1" </dev/null
