-- Which herds are moved first when many are.

alter table herd add column priority int not null default 100 check (priority between 1 and 1000);
comment on column herd.priority is 'When a job goes by priority, herds of a lower number are a wave before those of a higher one.';

alter table job add column by_priority boolean not null default false;
comment on column job.by_priority is 'Whether its waves follow the priority of herds, each divided further by wave_size.';

create or replace view v_herd as
select h.herd_id, h.name, h.environment_id, e.name as environment, h.description, h.owner, h.tags, h.port, h.virtual_host,
       h.data_directory, h.system_identifier, h.lineage, h.version,
       m.members, m.online_members, m.primaries, m.max_lag_bytes, m.oldest_seen_at, p.instance_id as primary_id, ps.name as primary_server, p.version as postgres_version,
       h.priority
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

create or replace view v_herd_ready as
select h.herd_id, h.name, h.environment_id, h.environment, h.description, h.owner, h.tags, h.port, h.virtual_host,
       h.data_directory, h.system_identifier, h.lineage, h.version, h.members, h.online_members, h.primaries, h.max_lag_bytes,
       h.oldest_seen_at, h.primary_id, h.primary_server, h.postgres_version,
       case when r.at is null then 'unknown'
            when now() - r.at > 3 * (select value::interval from setting where name = 'readiness.interval') then 'unknown'
            when r.ready then 'ready' else 'not ready' end as ready,
       coalesce(r.reasons, '{}') as ready_reasons,
       r.at as ready_at,
       h.priority
  from v_herd h
  left join readiness r on r.herd_id = h.herd_id and r.place = 1;

drop view v_job;
create view v_job as
select j.*, coalesce(j.state = 'QUEUED' and j.not_before > now(), false) as scheduled,
       r.runs, r.queued, r.running, r.succeeded, r.failed, r.cancelled
from job j
left join lateral (
  select count(*) as runs, count(*) filter (where state = 'QUEUED') as queued, count(*) filter (where state = 'RUNNING') as running,
         count(*) filter (where state = 'SUCCEEDED') as succeeded,
         count(*) filter (where state not in ('QUEUED', 'RUNNING', 'SUCCEEDED')) as failed,
         count(*) filter (where state = 'CANCELLED') as cancelled
  from run where run.job_id = j.job_id) r on true;
comment on view v_job is
  'One row a job with how many of its runs are in which state; failed counts every end but success, cancelled those among them that never began. scheduled: its window has yet to open.';
