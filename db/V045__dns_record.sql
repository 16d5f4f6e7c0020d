-- Records of DNS that lead clients to the primary of a herd, and what each authoritative server answers.

create table dns_record (
  dns_record_id  bigint generated always as identity primary key,
  herd_id        bigint not null references herd,
  name           text not null check (name = lower(name) and length(name) between 3 and 253),
  type           text not null check (type in ('A', 'AAAA', 'CNAME')),
  zone           text not null check (zone = lower(zone) and length(zone) between 1 and 253),
  ttl            int not null default 30 check (ttl between 1 and 86400),
  update_address text not null check (length(update_address) between 1 and 253),
  update_port    int not null default 53 check (update_port between 1 and 65535),
  key_name       text not null check (length(key_name) between 1 and 253),
  key_algorithm  text not null check (key_algorithm in ('hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512')),
  sealed_secret  text check (sealed_secret ~ '^[0-9a-f]{16}\.[A-Za-z0-9_-]{38,}$' and length(sealed_secret) <= 3000),
  servers        text[] not null default '{}' check (cardinality(servers) <= 20),
  version        int not null default 1,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  tried_at       timestamptz,
  observed_at    timestamptz,
  observed_error text,
  check (name = zone or right(name, length(zone) + 1) = '.' || zone),
  unique (name, type)
);
create index on dns_record (herd_id);
comment on table dns_record is 'Records of DNS that lead clients to a herd''s primary. A switch of primaries changes them by dynamic update (RFC 2136).';
comment on column dns_record.name is 'The whole name, without a final dot.';
comment on column dns_record.ttl is 'Seconds that resolvers may keep the value: written with it, and how long clients may see the old primary after a switch.';
comment on column dns_record.update_address is 'The server that takes updates: the zone''s primary server.';
comment on column dns_record.sealed_secret is 'Secret of the TSIG key: key id, dot, Base64url of nonce and AES-256-GCM ciphertext, bound to this row. The key lies in secrets/seal-key of the console''s data directory. NULL only within the transaction that makes the row.';
comment on column dns_record.servers is 'Every authoritative server that must answer the value, as address or address:port; empty: those that the zone itself names.';
comment on column dns_record.observed_at is 'When the server that takes updates last answered.';
comment on column dns_record.tried_at is 'When it was last asked.';
comment on column dns_record.observed_error is 'Why it did not answer when it was last asked; NULL if it did.';

create table dns_answer (
  dns_record_id bigint not null references dns_record on delete cascade,
  server        text not null check (length(server) <= 300),
  updates       boolean not null,
  tried_at      timestamptz not null default now(),
  answered_at   timestamptz,
  answers       text[] not null default '{}',
  ttl           int,
  serial        bigint,
  error         text check (length(error) <= 1000),
  primary key (dns_record_id, server)
);
comment on table dns_answer is 'What each authoritative server last answered for a record.';
comment on column dns_answer.updates is 'Whether this is the server that takes updates; the others copy the zone from it.';
comment on column dns_answer.answers is 'The values; none if the server has no such record.';
comment on column dns_answer.serial is 'Serial of the zone as this server has it: a lower one than the update server''s tells a stale copy.';
comment on column dns_answer.error is 'Why it did not answer when it was last asked; what it answered before stays, with its age.';

create function plain_address(given text) returns text language plpgsql immutable strict set search_path = pg_temp as $$
begin
  return host(given::inet);
exception when others then
  return null;
end $$;
comment on function plain_address is 'An IP address in its shortest form; NULL if the text is none.';

create function dns_value(record_type text, zone text, server_name text, address text) returns text language sql immutable set search_path = matriarch, pg_temp as $$
  select case record_type
           when 'A' then case when plain_address(address) not like '%:%' then plain_address(address) end
           when 'AAAA' then case when plain_address(address) like '%:%' then plain_address(address) end
           else lower(case when plain_address(address) is null and address like '%.%' then address
                           when server_name like '%.%' then server_name
                           else server_name || '.' || zone end) end
$$;
comment on function dns_value is 'What a record of this type says when it leads to a server: its address; for CNAME its name, within the zone if it has no dot. NULL if the server has no such address.';

create view v_dns_record as
select d.*, h.name as herd, h.environment_id, e.name as environment,
       m.instance_id as expected_id, m.server as expected_server, w.value as expected,
       own.answers, own.ttl as observed_ttl, own.serial, others.count as others, others.stale, others.silent, led.instance_id as leads_id, led.server as leads_server,
       case when d.tried_at is null then 'unseen'
            when d.observed_error is not null then 'unreachable'
            when w.value is null then 'unknown'
            when own.answers is distinct from array[w.value] then 'drift'
            when others.stale <> '{}' then 'stale'
            when others.silent <> '{}' then 'unreachable'
            else 'right' end as state
  from dns_record d
  join herd h using (herd_id)
  left join environment e on e.environment_id = h.environment_id
  left join lateral (
    select i.instance_id, s.name as server, s.address
      from instance i join server s using (server_id)
     where i.herd_id = d.herd_id and i.role = 'primary' and not i.copy
     order by (i.state = 'primary') desc, i.timeline desc nulls last, i.instance_id limit 1) m on true
  left join lateral (select dns_value(d.type, d.zone, m.server, m.address) as value) w on true
  left join dns_answer own on own.dns_record_id = d.dns_record_id and own.updates
  left join lateral (
    select count(*)::int as count,
           coalesce(array_agg(a.server order by a.server) filter (where a.error is null and a.answers is distinct from own.answers), '{}') as stale,
           coalesce(array_agg(a.server order by a.server) filter (where a.error is not null), '{}') as silent
      from dns_answer a where a.dns_record_id = d.dns_record_id and not a.updates) others on true
  left join lateral (
    select i.instance_id, s.name as server
      from instance i join server s using (server_id)
     where i.herd_id = d.herd_id and i.missing_since is null and cardinality(own.answers) = 1
       and dns_value(d.type, d.zone, s.name, s.address) = own.answers[1]
     order by (i.instance_id = m.instance_id) desc, i.instance_id limit 1) led on true;
comment on view v_dns_record is 'One row a record: what the server that takes updates answers, where the herd''s primary is, and which other servers lag behind.';

-- A run that has the herd knows what it does; what was seen before it ended tells nothing.
create view v_dns_problem as
with dns_now as (
  select d.*, exists (select from herd_lock l where l.herd_id = d.herd_id) as held,
         exists (select from run r where r.herd_id = d.herd_id and r.locks and r.ended_at >= d.observed_at) as outdated
    from v_dns_record d)
select 'dns-drift' as kind, 'dns-drift ' || dns_record_id as key, 'critical' as severity, null::bigint as server_id, herd_id, null::bigint as instance_id,
       format('record %s %s leads to %s%s, and the primary is %s (%s)', name, type, coalesce(nullif(array_to_string(answers, ' and '), ''), 'nothing'),
              coalesce(' (' || leads_server || ')', ''), expected, expected_server) as detail
  from dns_now where state = 'drift' and not held and not outdated
union all
select 'dns-stale', 'dns-stale ' || dns_record_id || ' ' || a.server, 'warning', null, herd_id, null,
       format('%s answers %s for %s %s from serial %s, and %s %s from serial %s', a.server, coalesce(nullif(array_to_string(a.answers, ' and '), ''), 'nothing'),
              name, type, coalesce(a.serial::text, '?'), update_address, coalesce(nullif(array_to_string(d.answers, ' and '), ''), 'nothing'), coalesce(d.serial::text, '?'))
  from dns_now d join dns_answer a using (dns_record_id)
 where a.server = any(d.stale) and not a.updates and not held and not outdated
union all
select 'dns-unreachable', 'dns-unreachable ' || dns_record_id || ' ' || a.server, 'warning', null, herd_id, null,
       format('%s does not answer for %s %s: %s', a.server, name, type, left(a.error, 500))
  from dns_now d join dns_answer a using (dns_record_id) where a.error is not null;
comment on view v_dns_problem is 'What is wrong with records of DNS at this moment.';

create or replace view v_problem_now as
select * from v_problem_of_servers union all select * from v_pooler_problem union all select * from v_dns_problem;

-- Ids of two tables in one column: even ones are poolers, odd ones records.
create view v_endpoint as
select pooler_id * 2 as endpoint_id, 'PgBouncer' as kind, pooler_id as own_id, name, herd_id, herd, environment_id, environment,
       server_id, server || ':' || port as at_server, array_to_string(databases, ' ') as serves,
       array_to_string(observed_leads, ' and ') as leads, leads_server,
       expected_id, expected_server, expected_address || ':' || expected_port as expected, state,
       case when observed_missing <> '{}' then 'It does not have ' || array_to_string(observed_missing, ', ') else observed_error end as detail,
       observed_clients as clients, observed_waiting as waiting, observed_at, tried_at
  from v_pooler
union all
select dns_record_id * 2 + 1, 'DNS ' || type, dns_record_id, name, herd_id, herd, environment_id, environment,
       null, update_address || case when update_port = 53 then '' else ':' || update_port end || case when others > 0 then ' and ' || others || ' more' else '' end,
       'TTL ' || coalesce(observed_ttl, ttl) || ' s',
       coalesce(nullif(array_to_string(answers, ' and '), ''), case when observed_at is not null then 'nothing' else '' end), leads_server,
       expected_id, expected_server, expected, state,
       coalesce(observed_error,
         (select string_agg(format('%s answers %s from serial %s', a.server, coalesce(nullif(array_to_string(a.answers, ' and '), ''), 'nothing'), coalesce(a.serial::text, '?')), '; ' order by a.server)
            from dns_answer a where a.dns_record_id = d.dns_record_id and not a.updates and a.error is null and a.server = any(d.stale)),
         (select string_agg(a.error, '; ' order by a.server) from dns_answer a where a.dns_record_id = d.dns_record_id and a.error is not null)),
       null, null, observed_at, tried_at
  from v_dns_record d;
comment on view v_endpoint is 'Everything that leads clients to a primary, poolers and records of DNS: where it leads and where it should.';

insert into watch_turn (name, at) values ('dns', '-infinity');
