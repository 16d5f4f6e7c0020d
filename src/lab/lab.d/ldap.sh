# shellcheck shell=bash
# OpenLDAP with one person and one group for each role of Matriarch; LDAP and LDAPS. Read by src/lab/lab.

LDAP_BASE=dc=lab,dc=test
LDAP_PEOPLE=(viewer operator dba admin)

make_ldap() { # HOST
  local said
  running_host "$1"
  need_lab_packages slapd ldap-utils openssl
  ldap_certificate "$1"
  # This machine's copy may be younger than what the hosts share.
  tar -C /etc/ldap -c schema | on_host "$1" sh -c 'mkdir -p /etc/lab/ldap && tar -C /etc/lab/ldap -x'
  slapd_settings | put "$1" /etc/lab/ldap/slapd.conf 640 service
  if ! on_host "$1" test -e /var/lib/lab/ldap/data.mdb; then
    on_host "$1" install -d -o service -g service /var/lib/lab/ldap
    said=$(people | on_host -u service "$1" /usr/sbin/slapadd -q -f /etc/lab/ldap/slapd.conf 2>&1) ||
      die "slapadd on $1: $said"
  fi
  slapd_start | start_service "$1" ldap
  await_port "$1" 636 slapd
  ldap_facts "$1" | describe_service "ldap-$1"
}

# Signed by itself: who trusts the file trusts the server.
ldap_certificate() { # HOST
  local file=$DIR/keys/ldap-$1
  [ -s "$file.crt" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj "/CN=$1.lab.test" -addext "subjectAltName=DNS:$1,DNS:$1.lab.test,IP:$(address "$1")" \
    -keyout "$file.key" -out "$file.crt" 2>/dev/null || die "openssl makes no certificate for $1"
  put "$1" /etc/lab/ldap/key 600 service <"$file.key"
  put "$1" /etc/lab/ldap/certificate 644 service <"$file.crt"
}

slapd_settings() {
  cat <<END
include /etc/lab/ldap/schema/core.schema
include /etc/lab/ldap/schema/cosine.schema
include /etc/lab/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile /run/slapd/pid
argsfile /run/slapd/args
threads 4
TLSCertificateFile /etc/lab/ldap/certificate
TLSCertificateKeyFile /etc/lab/ldap/key
disallow bind_anon
require authc
database mdb
suffix $LDAP_BASE
rootdn cn=console,$LDAP_BASE
rootpw $(lab_secret ldap)
directory /var/lib/lab/ldap
maxsize 67108864
index objectClass,uid,member eq
access to attrs=userPassword by anonymous auth by * none
access to * by users read
END
}

people() {
  local name unit
  printf 'dn: %s\nobjectClass: top\nobjectClass: domain\ndc: lab\n\n' "$LDAP_BASE"
  for unit in people groups; do
    printf 'dn: ou=%s,%s\nobjectClass: organizationalUnit\nou: %s\n\n' $unit "$LDAP_BASE" $unit
  done
  for name in "${LDAP_PEOPLE[@]}"; do
    printf 'dn: uid=%s,ou=people,%s\nobjectClass: inetOrgPerson\nuid: %s\ncn: %s\nsn: %s\nuserPassword: %s\n\n' \
      "$name" "$LDAP_BASE" "$name" "$name" "$name" "$(lab_secret "person-$name")"
    printf 'dn: cn=%ss,ou=groups,%s\nobjectClass: groupOfNames\ncn: %ss\nmember: uid=%s,ou=people,%s\n\n' \
      "$name" "$LDAP_BASE" "$name" "$name" "$LDAP_BASE"
  done
}

slapd_start() {
  cat <<'END'
#!/bin/bash
if pid=$(cat /run/slapd/pid 2>/dev/null) && grep -qsx slapd "/proc/$pid/comm"; then exit 0; fi
install -d -o service -g service /run/slapd
# It takes memory for every file it may open.
ulimit -n 1024
/usr/sbin/slapd -h 'ldap:/// ldaps:///' -u service -g service -f /etc/lab/ldap/slapd.conf
END
}

ldap_facts() { # HOST
  local name separator=''
  printf '{"kind":"ldap","host":"%s","port":389,"tlsPort":636,"base":"%s","bindDn":"cn=console,%s","password":"%s",' \
    "$1" "$LDAP_BASE" "$LDAP_BASE" "$(lab_secret ldap)"
  printf '"certificate":"%s","people":{' "$DIR/keys/ldap-$1.crt"
  for name in "${LDAP_PEOPLE[@]}"; do
    printf '%s"%s":"%s"' "$separator" "$name" "$(lab_secret "person-$name")"
    separator=,
  done
  printf '}}\n'
}
