-- Problems: what is wrong now, since when, and whether people chose to live with it.

create table problem (
  problem_id  bigint generated always as identity primary key,
  kind        text not null,
  key         text not null,
  severity    text not null check (severity in ('critical', 'warning')),
  server_id   bigint references server on delete cascade,
  herd_id     bigint references herd on delete cascade,
  instance_id bigint references instance on delete cascade,
  detail      text not null,
  first_seen  timestamptz not null default now(),
  last_seen   timestamptz not null default now(),
  ended_at    timestamptz,
  suppressed_until  timestamptz,
  suppressed_by     text,
  suppressed_reason text check (length(suppressed_reason) between 1 and 500),
  check ((suppressed_until is null) = (suppressed_by is null)),
  check ((suppressed_until is null) = (suppressed_reason is null))
);
create unique index on problem (key) where ended_at is null;
create index on problem (key, ended_at desc);
create index on problem (herd_id);
create index on problem (instance_id);
create index on problem (server_id);
comment on table problem is 'One row for each time something was wrong; open ones have no ended_at. Filled from v_problem_now.';
comment on column problem.key is 'What it is about; the same trouble at the same place has the same key.';
comment on column problem.suppressed_until is 'Not counted until then; by whom and why stands beside it.';

create table watch_turn (
  name text primary key,
  at   timestamptz not null
);
comment on table watch_turn is 'When a console last did a periodic task; whoever moves it forward does it next.';
insert into watch_turn (name, at) values ('probe', '-infinity'), ('upkeep', '-infinity');

create function json_number(document jsonb, name text) returns numeric language sql immutable
return case when jsonb_typeof(document -> name) = 'number' then (document ->> name)::numeric end;
comment on function json_number is 'A number out of what an agent sent; NULL if it is none.';

create view v_problem_now as
with member as (
  select i.*, s.name || ':' || coalesce(i.port, i.configured_port)::text as label, s.name as server,
         r.interval_seconds, r.unreachable_since,
         coalesce(now() - r.reported_at > make_interval(secs => r.interval_seconds)
                  * (select value::numeric from setting where name = 'report.silent_after')::float8, false) as silent
    from instance i join server s using (server_id) left join server_report r using (server_id)),
writer as (
  select herd_id, count(*) as writers,
         string_agg(format('%s (timeline %s, %s)', label, coalesce(timeline::text, 'unknown'), coalesce(write_lsn::text, 'position unknown')),
                    ' and ' order by instance_id) as names
    from member where state = 'primary' and not copy and missing_since is null group by herd_id),
volume as (
  select instance_id, server_id, herd_id, server, json_number(v, 'totalBytes') as total, json_number(v, 'freeBytes') as free, v ->> 'path' as path
    from member cross join lateral (values (data_volume), (wal_volume)) as volumes (v)
   where v is not null and missing_since is null)

select 'split-brain' as kind, 'split-brain ' || herd_id as key, 'critical' as severity,
       null::bigint as server_id, herd_id, null::bigint as instance_id,
       format('%s members accept writes: %s', writers, names) as detail
  from writer where writers > 1
union all
select 'no-primary', 'no-primary ' || h.herd_id, 'critical', null, h.herd_id, null,
       coalesce((select format('no member accepts writes; the last primary, %s, is %s%s', m.label, m.state, ': ' || left(m.state_reason, 300))
                   from member m where m.herd_id = h.herd_id and m.role = 'primary' and not m.copy
                  order by m.missing_since nulls first, m.timeline desc nulls last, m.instance_id limit 1),
                'no member accepts writes, and which was primary last is not known')
  from herd h
 where exists (select from instance i where i.herd_id = h.herd_id and not i.copy)
   and not exists (select from writer w where w.herd_id = h.herd_id)
   and (h.named_from = 'primary' or exists (select from instance i where i.herd_id = h.herd_id and i.role = 'primary' and not i.copy))
union all
select 'standby-not-streaming', 'standby-not-streaming ' || instance_id, 'warning', server_id, herd_id, instance_id,
       format('%s does not stream from %s%s', label,
              coalesce(nullif(concat_ws(':', upstream ->> 'host', upstream ->> 'port'), ''), 'its upstream'),
              '; its receiver is ' || (upstream ->> 'status'))
  from member
 where state = 'standby' and missing_since is null and upstream ->> 'host' is not null
   and upstream ->> 'status' is distinct from 'streaming'
union all
select 'instance-unreachable', 'instance-unreachable ' || instance_id, 'warning', server_id, herd_id, instance_id,
       format('%s: %s', label, left(coalesce(state_reason, 'nothing is known of it'), 500))
  from member
 where state = 'unreachable' and missing_since is null and unreachable_since is null and not silent
union all
select 'agent-silent', 'agent-silent ' || server_id, 'warning', server_id, null, null,
       format('the agent of %s last reported at %s UTC; it should every %s s', name,
              to_char(reported_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), interval_seconds)
  from server_report join server using (server_id)
 where now() - reported_at > make_interval(secs => interval_seconds)
       * (select value::numeric from setting where name = 'report.silent_after')::float8
union all
select 'server-unreachable', 'server-unreachable ' || server_id, 'critical', server_id, null, null,
       format('%s cannot be reached over SSH: %s', name, left(coalesce(unreachable_reason, 'no reason known'), 500))
  from server_report join server using (server_id)
 where unreachable_since is not null and host_key_alarm_at is null
union all
select 'host-key-changed', 'host-key-changed ' || server_id, 'critical', server_id, null, null,
       format('%s showed a host key that is not pinned (%s); nothing is sent to it until somebody settles that', name,
              coalesce(host_key_seen, 'unknown'))
  from server_report join server using (server_id)
 where host_key_alarm_at is not null
union all
select 'report-refused', 'report-refused ' || server_id, 'warning', server_id, null, null,
       format('a report about %s was refused: %s', name, coalesce(refused_reason, 'no reason known'))
  from server_report join server using (server_id)
 where refused_at > now() - interval '1 day'
union all
select 'report-refused', 'report-refused by ' || sender, 'warning', null, null, null,
       format('a report of login %s about "%s" was refused: %s', sender, coalesce(server_name, ''), reason)
  from agent_refusal
 where server_id is null and last_at > now() - interval '1 hour'
union all
select 'disk-nearly-full', format('disk-nearly-full %s %s', server_id, total), 'warning', server_id, min(herd_id), min(instance_id),
       format('%s has %s of %s free for %s', server, pg_size_pretty(min(free)), pg_size_pretty(total), min(path))
  from volume
 where total > 0 and free < total / 10
 group by server_id, server, total
union all
select 'clock-skew', 'clock-skew ' || server_id, 'warning', server_id, null, null,
       format('the clock of %s is %s s %s ours', name, abs(round(extract(epoch from clock_skew))),
              case when clock_skew > interval '0' then 'ahead of' else 'behind' end)
  from server_report join server using (server_id)
 where abs(extract(epoch from clock_skew)) > 5
union all
select 'slot-retains-wal', format('slot-retains-wal %s %s', instance_id, left(slot ->> 'name', 64)), 'warning', server_id, herd_id, instance_id,
       format('slot %s on %s keeps %s of WAL%s', left(slot ->> 'name', 64), label, pg_size_pretty(json_number(slot, 'retainedBytes')),
              case when slot -> 'active' = 'false' then ' and nobody reads it' else '' end)
  from member cross join lateral jsonb_array_elements(slots) as slot
 where json_number(slot, 'retainedBytes') > 10737418240 and missing_since is null
union all
select 'port-conflict', format('port-conflict %s %s', server_id, configured_port), 'warning', server_id, null, min(instance_id),
       format('%s clusters of %s are configured for port %s: %s', count(*), min(server), configured_port,
              string_agg(left(data_directory, 200), ', ' order by data_directory))
  from member
 where configured_port is not null and missing_since is null
 group by server_id, configured_port having count(*) > 1;
comment on view v_problem_now is 'What is wrong at this moment, as far as the inventory tells.';

create function refresh_problems() returns boolean language plpgsql set search_path = matriarch, pg_temp as $$
declare
  changes int;
begin
  if not pg_try_advisory_xact_lock(hashtext('matriarch.problems')) then
    return false;
  end if;
  with current as materialized (
    select distinct on (key) * from v_problem_now order by key),
  ended as (
    update problem p set ended_at = now()
     where ended_at is null and not exists (select from current c where c.key = p.key)
    returning p.problem_id),
  going as (
    update problem p set detail = c.detail, severity = c.severity, last_seen = now(),
           server_id = c.server_id, herd_id = c.herd_id, instance_id = c.instance_id
      from current c
     where p.key = c.key and p.ended_at is null
       and (p.detail <> c.detail or p.last_seen < now() - interval '1 minute')
    returning p.problem_id),
  begun as (
    -- What comes back while it is suppressed stays suppressed.
    insert into problem (kind, key, severity, server_id, herd_id, instance_id, detail,
                         suppressed_until, suppressed_by, suppressed_reason)
    select c.kind, c.key, c.severity, c.server_id, c.herd_id, c.instance_id, c.detail,
           old.suppressed_until, old.suppressed_by, old.suppressed_reason
      from current c
      left join lateral (select o.suppressed_until, o.suppressed_by, o.suppressed_reason
                           from problem o where o.key = c.key and o.ended_at is not null
                            and o.suppressed_until > now()
                          order by o.ended_at desc limit 1) old on true
     where not exists (select from problem p where p.key = c.key and p.ended_at is null)
    returning problem_id)
  select (select count(*) from ended) + (select count(*) from begun) + (select count(*) from going) into changes;
  if changes > 0 then
    perform pg_notify('problem', '');
  end if;
  return true;
end $$;
comment on function refresh_problems is 'Brings table problem in line with v_problem_now; false if another console is at it.';

create view v_problem as
select p.problem_id, p.kind, p.severity, p.detail, p.first_seen, p.last_seen, p.ended_at,
       p.ended_at is null as open,
       coalesce(p.suppressed_until > now(), false) as suppressed,
       p.suppressed_until, p.suppressed_by, p.suppressed_reason,
       p.server_id, s.name as server, p.herd_id, h.name as herd, p.instance_id,
       e.environment_id, e.name as environment
  from problem p
  left join server s on s.server_id = p.server_id
  left join herd h on h.herd_id = p.herd_id
  left join environment e on e.environment_id = coalesce(h.environment_id, s.environment_id);
comment on view v_problem is 'One row a problem, open or ended, with what it is about by name.';
