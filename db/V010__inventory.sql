-- The inventory: what we believe exists. People edit environment, server and herd; agents and probes
-- fill server_report and instance. Facts that nobody has told us are NULL, never zero.

create table setting (
  name        text primary key check (name ~ '^[a-z][a-z0-9_.]{0,62}$'),
  value       text not null check (length(value) <= 2000),
  description text not null
);
comment on table setting is 'Console-wide settings; administrators edit them.';
insert into setting (name, value, description) values
  ('instance_sample.keep', '7 days', 'How long lag, size and connection samples are kept.'),
  ('job_log.keep', '90 days', 'How long the log lines of jobs are kept. Audit events are never pruned.'),
  ('probe.interval', '60 seconds', 'How often silent or changing instances are probed over SSH.'),
  ('report.stale_after', '2', 'Intervals without a report after which an instance is shown as stale.'),
  ('report.silent_after', '10', 'Intervals without a report after which an instance is shown as silent.');

create table environment (
  environment_id bigint generated always as identity primary key,
  name           text not null unique check (name ~ '\S' and length(name) <= 63 and name !~ '[[:cntrl:]]'),
  description    text not null default '' check (length(description) <= 2000),
  position       int not null default 100,
  version        int not null default 1,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now()
);
comment on table environment is 'Where herds live: dev, stage, prod.';
comment on column environment.position is 'Order on screen; ties by name.';
comment on column environment.version is 'Optimistic lock: an edit names the version it was made on.';

create table command_profile (
  command_profile_id bigint generated always as identity primary key,
  name        text not null unique check (name ~ '\S' and length(name) <= 63),
  description text not null default '',
  start_cmd   text[] not null check (cardinality(start_cmd) > 0),
  stop_cmd    text[] not null check (cardinality(stop_cmd) > 0),
  reload_cmd  text[] not null check (cardinality(reload_cmd) > 0),
  as_owner    boolean not null default true,
  built_in    boolean not null default false,
  version     int not null default 1,
  updated_at  timestamptz not null default now()
);
comment on table command_profile is
  'How PostgreSQL is started, stopped and reloaded (a restart is a stop, then a start): argument lists, one element an argument, with
   placeholders {major} {cluster} {data} {bin} {port} {unit} {config} {mode} {timeout}. Never shell text.';
comment on column command_profile.as_owner is 'Run as the owner of the cluster (true) or as the SSH user''s privileged side (false: systemctl).';

insert into command_profile (name, description, start_cmd, stop_cmd, reload_cmd, as_owner, built_in) values
  ('debian', 'Debian and Ubuntu without systemd: postgresql-common''s pg_ctlcluster',
   '{pg_ctlcluster,--skip-systemctl-redirect,"{major}","{cluster}",start}',
   '{pg_ctlcluster,--skip-systemctl-redirect,"{major}","{cluster}",stop,-m,"{mode}",--,-t,"{timeout}"}',
   '{pg_ctlcluster,--skip-systemctl-redirect,"{major}","{cluster}",reload}', true, true),
  ('pg_ctl', 'Plain pg_ctl: self-compiled servers and hosts without service management',
   '{"{bin}/pg_ctl",-D,"{data}",-w,-t,"{timeout}",-l,"{data}/matriarch-start.log",start}',
   '{"{bin}/pg_ctl",-D,"{data}",-w,-t,"{timeout}",-m,"{mode}",stop}',
   '{"{bin}/pg_ctl",-D,"{data}",reload}', true, true),
  ('systemd', 'Hosts whose pid 1 is systemd (Debian, PGDG on RHEL): the cluster''s own unit. A unit stops in mode fast.',
   '{systemctl,start,"{unit}"}', '{systemctl,stop,"{unit}"}', '{systemctl,reload,"{unit}"}', false, true);

create table server (
  server_id      bigint generated always as identity primary key,
  name           text not null unique check (name ~ '\S' and length(name) <= 253 and name !~ '[[:cntrl:]]'),
  kind           text not null default 'SSH' check (kind in ('SSH', 'EC2', 'RDS')),
  environment_id bigint references environment,
  site           text check (site ~ '\S' and length(site) <= 63 and site !~ '[[:cntrl:]]'),
  address        text not null check (address ~ '^[A-Za-z0-9._:%-]{1,253}$'),
  ssh_port       int not null default 22 check (ssh_port between 1 and 65535),
  ssh_user       text not null default 'postgres' check (ssh_user ~ '^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\$?$'),
  host_keys      text[] not null default '{}',
  become         text[] not null default '{}',
  command_profile_id bigint references command_profile,
  notes          text not null default '' check (length(notes) <= 2000),
  verified_at    timestamptz,
  agent_token_hash text unique,
  version        int not null default 1,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  unique (address, ssh_port)
);
create index on server (environment_id);
comment on table server is 'A host that carries instances. No environment means "unassigned".';
comment on column server.host_keys is 'Pinned SSH host keys in OpenSSH form ("ssh-ed25519 AAAA..."). No key pinned: we do not connect.';
comment on column server.become is 'Privilege escalation put before a command that another user must run, e.g. {sudo,-n,-u,"{owner}"}; {owner} becomes the owner of the cluster, or root for systemctl.';
comment on column server.verified_at is 'When the connection was last checked end to end; NULL: saved as unverified.';
comment on column server.agent_token_hash is 'SHA-256 of the token that binds reports of a shared database login to this server.';

create table server_report (
  server_id         bigint primary key references server on delete cascade,
  agent             text,
  hostname          text,
  os                text,
  os_family         text,
  kernel            text,
  init              text,
  cpus              int,
  load              numeric(8,2)[],
  memory_total      bigint,
  memory_available  bigint,
  interval_seconds  int not null default 30,
  sent_at           timestamptz,
  reported_at       timestamptz,
  clock_skew        interval,
  refused_at        timestamptz,
  refused_reason    text,
  host_key_seen     text,
  host_key_alarm_at timestamptz,
  unreachable_since timestamptz,
  unreachable_reason text,
  probed_at         timestamptz
);
comment on table server_report is 'What the agent and our own probes last said about a server. reported_at is our clock, sent_at the host''s.';
comment on column server_report.host_key_alarm_at is 'Set when the server presented a key that is not pinned; cleared when a person settles it.';

create table herd (
  herd_id        bigint generated always as identity primary key,
  environment_id bigint references environment,
  name           text not null check (name ~ '\S' and length(name) <= 63 and name !~ '[[:cntrl:]]'),
  description    text not null default '' check (length(description) <= 2000),
  owner          text not null default '' check (length(owner) <= 200),
  tags           text[] not null default '{}',
  port           int check (port between 1 and 65535),
  virtual_host   text check (virtual_host ~ '^[A-Za-z0-9._-]{1,253}$'),
  data_directory text check (data_directory ~ '^/'),
  system_identifier text check (system_identifier ~ '^[0-9]{1,20}$'),
  lineage        int not null default 1,
  command_profile_id bigint references command_profile,
  fence          bigint not null default 0,
  version        int not null default 1,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  unique nulls not distinct (environment_id, name),
  unique (system_identifier, lineage)
);
create index on herd (environment_id);
comment on table herd is 'One logical cluster: the instances of one system_identifier and one lineage.';
comment on column herd.lineage is 'Tells herds apart that share a system_identifier: a copy made a herd of its own gets the next number.';
comment on column herd.fence is 'Fencing number: raised at each herd lock and each take-over; hosts refuse commands that carry a lower one.';

create table instance (
  instance_id      bigint generated always as identity primary key,
  server_id        bigint not null references server,
  herd_id          bigint not null references herd,
  data_directory   text not null check (data_directory ~ '^/'),
  port             int check (port between 1 and 65535),
  socket_directory text,
  bin_directory    text,
  config_file      text,
  owner            text,
  debian_cluster   text,
  unit             text,
  version          text,
  version_num      int,
  cluster_name     text,
  role             text not null default 'unknown' check (role in ('primary', 'standby', 'unknown')),
  state            text not null default 'unreachable' check (state in ('primary', 'standby', 'stopped', 'unreachable')),
  online           boolean,
  state_reason     text,
  timeline         int check (timeline > 0),
  system_identifier text,
  control_state    text,
  write_lsn        pg_lsn,
  receive_lsn      pg_lsn,
  replay_lsn       pg_lsn,
  replayed_at      timestamptz,
  checkpoint_lsn   pg_lsn,
  upstream_id      bigint references instance on delete set null,
  upstream         jsonb,
  standby_signal   boolean,
  slots            jsonb not null default '[]',
  standbys         jsonb not null default '[]',
  settings         jsonb not null default '{}',
  archiver         jsonb,
  manager          text,
  size_bytes       bigint,
  connections      int,
  max_connections  int,
  started_at       timestamptz,
  pending_restart  boolean,
  data_volume      jsonb,
  wal_volume       jsonb,
  lag_bytes        bigint,
  lag_at           timestamptz,
  copy             boolean not null default false,
  observed_at      timestamptz,
  reported_at      timestamptz,
  probed_at        timestamptz,
  changed_at       timestamptz,
  missing_since    timestamptz,
  created_at       timestamptz not null default now(),
  unique (server_id, port),
  unique (server_id, data_directory),
  check (upstream_id <> instance_id)
) with (fillfactor = 70);
create index on instance (herd_id);
create index on instance (upstream_id);
create index on instance (lag_bytes desc nulls last, instance_id);
comment on table instance is 'A herd''s presence on a server. Filled by agents and probes.';
comment on column instance.role is 'The last role we saw; stays when the instance stops or cannot be reached.';
comment on column instance.state is 'What we know now: primary, standby, stopped (proven), unreachable (nothing is proven).';
comment on column instance.observed_at is 'When the facts were true, by the host''s own clock; orders reports and probes of one host.';
comment on column instance.reported_at is 'When an agent''s report of this instance arrived, by our clock.';
comment on column instance.probed_at is 'When our own probe over SSH last answered, by our clock.';
comment on column instance.lag_bytes is
  'Primary''s write position minus this standby''s replay position, both as last sampled; NULL when either is unknown. Negative: ahead of an older sample of the primary.';
comment on column instance.lag_at is 'Age of the older of the two samples behind lag_bytes.';
comment on column instance.copy is 'Recorded copy: a writable fork of a herd of another environment. Not a split brain.';
comment on column instance.missing_since is 'Set when a fresh report of its server no longer lists it.';

create table instance_sample (
  instance_id bigint not null,
  at          timestamptz not null,
  lag_bytes   bigint,
  size_bytes  bigint,
  connections int,
  primary key (instance_id, at)
) partition by range (at);
comment on table instance_sample is 'Lag, size and connections over time; one partition a day (UTC), dropped when older than setting instance_sample.keep.';

create function ensure_sample_partitions() returns void language plpgsql security definer set search_path = matriarch, pg_temp as $$
declare day date;
begin
  for day in select generate_series((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + 2, '1 day')::date loop
    execute format('create table if not exists %I partition of instance_sample for values from (%L) to (%L)',
                   'instance_sample_' || to_char(day, 'YYYYMMDD'), day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00');
  end loop;
end $$;
comment on function ensure_sample_partitions is 'Makes the partitions of yesterday to the day after tomorrow; called at start and daily.';

create function prune_samples() returns int language plpgsql security definer set search_path = matriarch, pg_temp as $$
declare part text; dropped int := 0; oldest date;
begin
  select (now() at time zone 'UTC')::date - ceil(extract(epoch from value::interval) / 86400)::int into oldest from setting where name = 'instance_sample.keep';
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'instance_sample'::regclass loop
    if to_date(right(part, 8), 'YYYYMMDD') < oldest then
      execute format('drop table %I', part);
      dropped := dropped + 1;
    end if;
  end loop;
  return dropped;
end $$;
comment on function prune_samples is 'Drops partitions that lie wholly before the retention; returns how many.';

select ensure_sample_partitions();
revoke all on function ensure_sample_partitions, prune_samples from public;
grant execute on function ensure_sample_partitions, prune_samples to matriarch_app;

create view v_instance as
select i.instance_id, i.server_id, s.name as server, s.site, s.address, i.herd_id, h.name as herd,
       coalesce(h.environment_id, s.environment_id) as environment_id, e.name as environment,
       i.port, i.version, i.version_num, i.cluster_name, i.data_directory, i.role, i.state, i.online, i.state_reason,
       i.timeline, coalesce(i.write_lsn, i.replay_lsn, i.checkpoint_lsn) as lsn, i.write_lsn, i.receive_lsn, i.replay_lsn,
       i.lag_bytes, i.lag_at,
       case when i.role <> 'standby' then null
            when i.lag_bytes is null then 'unknown'
            when i.lag_bytes < 0 then 'ahead of an older sample of the primary'
            else 'measured' end as lag_kind,
       i.upstream_id, us.name as upstream, i.upstream ->> 'status' as upstream_status,
       i.connections, i.max_connections, i.size_bytes, i.manager, i.pending_restart, i.copy,
       i.observed_at, i.reported_at, i.probed_at, greatest(i.reported_at, i.probed_at) as seen_at, i.missing_since,
       coalesce(r.interval_seconds, 30) as interval_seconds,
       case when greatest(i.reported_at, i.probed_at) is null then 'silent'
            when now() - greatest(i.reported_at, i.probed_at) > make_interval(secs => (select value::float8 from setting where name = 'report.silent_after') * coalesce(r.interval_seconds, 30)) then 'silent'
            when now() - greatest(i.reported_at, i.probed_at) > make_interval(secs => (select value::float8 from setting where name = 'report.stale_after') * coalesce(r.interval_seconds, 30)) then 'stale'
            else 'fresh' end as freshness,
       r.unreachable_since, r.host_key_alarm_at
from instance i
join server s using (server_id)
join herd h using (herd_id)
left join environment e on e.environment_id = coalesce(h.environment_id, s.environment_id)
left join instance ui on ui.instance_id = i.upstream_id
left join server us on us.server_id = ui.server_id
left join server_report r on r.server_id = i.server_id;
comment on view v_instance is 'One row an instance, as the Instances grid and GET /api/instances show it. Lag is unknown (NULL), never 0, when a position is missing.';

create view v_server as
select s.server_id, s.name, s.kind, s.environment_id, e.name as environment, s.site, s.address, s.ssh_port, s.ssh_user,
       s.host_keys, s.verified_at, s.version, r.os, r.os_family, r.cpus, r.load[1] as load1, r.memory_total, r.memory_available,
       r.agent, r.reported_at, r.clock_skew, r.refused_at, r.refused_reason, r.host_key_alarm_at, r.unreachable_since, r.unreachable_reason,
       coalesce(r.interval_seconds, 30) as interval_seconds,
       case when r.reported_at is null then 'never'
            when now() - r.reported_at > make_interval(secs => (select value::float8 from setting where name = 'report.silent_after') * r.interval_seconds) then 'silent'
            when now() - r.reported_at > make_interval(secs => (select value::float8 from setting where name = 'report.stale_after') * r.interval_seconds) then 'stale'
            else 'fresh' end as freshness,
       (select count(*) from instance i where i.server_id = s.server_id) as instances
from server s
left join environment e using (environment_id)
left join server_report r using (server_id);
comment on view v_server is 'One row a server with the age of its last report.';

create view v_herd as
select h.herd_id, h.name, h.environment_id, e.name as environment, h.description, h.owner, h.tags, h.port, h.virtual_host,
       h.data_directory, h.system_identifier, h.lineage, h.version,
       m.members, m.online_members, m.primaries, m.max_lag_bytes, m.oldest_seen_at, p.instance_id as primary_id, ps.name as primary_server, p.version as postgres_version
from herd h
left join environment e using (environment_id)
left join lateral (
  select count(*) as members, count(*) filter (where i.online) as online_members,
         count(*) filter (where i.state = 'primary' and not i.copy) as primaries,
         max(i.lag_bytes) as max_lag_bytes, min(greatest(i.reported_at, i.probed_at)) as oldest_seen_at
  from instance i where i.herd_id = h.herd_id) m on true
left join lateral (
  select i.instance_id, i.server_id, i.version from instance i
  where i.herd_id = h.herd_id and i.role = 'primary' and not i.copy
  order by (i.state = 'primary') desc, i.timeline desc nulls last, i.instance_id limit 1) p on true
left join server ps on ps.server_id = p.server_id;
comment on view v_herd is 'One row a herd: members, the last known primary, the worst lag.';

create view v_environment as
select e.environment_id, e.name, e.description, e.position, e.version,
       (select count(*) from server s where s.environment_id = e.environment_id) as servers,
       (select count(*) from herd h where h.environment_id = e.environment_id) as herds,
       (select count(*) from v_instance i where i.environment_id = e.environment_id) as instances
from environment e;
comment on view v_environment is 'One row an environment with what lives in it.';

create view v_dr_pair as
with ranked as (
  select h.herd_id, h.name as herd, h.virtual_host, e.environment_id, e.name as environment,
         p.instance_id as primary_id, ps.name as primary_server, ps.site as primary_site, p.state as primary_state,
         s.instance_id as standby_id, ss.name as standby_server, ss.site as standby_site, s.state as standby_state,
         s.lag_bytes, s.lag_at, ss.site is not distinct from ps.site as same_site,
         greatest(p.reported_at, p.probed_at) as primary_seen_at, greatest(s.reported_at, s.probed_at) as standby_seen_at,
         row_number() over (partition by h.herd_id
           order by (ss.site is distinct from ps.site) desc, (s.state = 'standby') desc, s.lag_bytes nulls last, s.instance_id) as rank,
         count(*) over (partition by h.herd_id) as candidates
  from herd h
  left join environment e using (environment_id)
  join instance p on p.herd_id = h.herd_id and p.role = 'primary' and not p.copy
  join server ps on ps.server_id = p.server_id
  join instance s on s.herd_id = h.herd_id and s.role = 'standby' and s.timeline is not distinct from p.timeline
  join server ss on ss.server_id = s.server_id
  where p.instance_id = (select v.primary_id from v_herd v where v.herd_id = h.herd_id))
select * from ranked where rank = 1;
comment on view v_dr_pair is
  'One row a herd with a standby: its primary and the best standby at the other site (or, marked same_site, the best one there is). Best: reachable first, then least lag, unknown lag last.';
