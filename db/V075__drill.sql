-- Who was primary before, what an environment aims for, and drills: a herd is switched to its DR site and back.

alter table herd_term add column former_id bigint;
update herd_term t set former_id = (
  select p.instance_id from herd_term p
   where p.herd_id = t.herd_id and p.term < t.term and p.published_at is not null order by p.term desc limit 1);
comment on column herd_term.former_id is 'The member that was primary when the term was reserved; NULL if that is not known.';

alter table environment
  add column stall_objective_ms    int check (stall_objective_ms between 1 and 86400000),
  add column lag_objective_seconds int check (lag_objective_seconds between 1 and 86400);
comment on column environment.stall_objective_ms is 'How long clients of its herds may wait while one is moved to its DR site or back, in milliseconds; NULL: nobody said.';
comment on column environment.lag_objective_seconds is 'How far a DR standby may be behind, in seconds; NULL: nobody said.';
create or replace view v_environment as
select e.environment_id, e.name, e.description, e.position, e.version,
       (select count(*) from server s where s.environment_id = e.environment_id) as servers,
       (select count(*) from herd h where h.environment_id = e.environment_id) as herds,
       (select count(*) from v_instance i where i.environment_id = e.environment_id) as instances,
       e.stall_objective_ms, e.lag_objective_seconds
from environment e;

create table drill (
  run_id       bigint primary key references run,
  herd_id      bigint not null,
  herd         text not null,
  environment  text not null,
  home_id      bigint not null,
  home_server  text not null,
  home_site    text,
  dr_id        bigint not null,
  dr_server    text not null,
  objective_ms int,
  returned_at  timestamptz,
  note         text
);
create index on drill (run_id) where returned_at is null;
create index on drill (herd_id, run_id);
create index on job (job_id) where action = 'herd.drill';
comment on table drill is 'One row for each herd that a drill has brought to its DR site, written when it was there. Names and objective are as they were then: reports outlive servers.';
comment on column drill.run_id is 'The run that brought it there.';
comment on column drill.returned_at is 'When the way back was asked for, or was found not to be needed.';
comment on column drill.note is 'Why no way back was asked for.';

create view v_drill_leg as
select r.run_id, r.job_id, r.herd_id, r.state, r.past_point, r.message, r.started_at, r.ended_at,
       case when r.past_point then (f.felt ->> 'longest wait of the probes, ms')::bigint end as felt_ms,
       case when r.past_point then (f.felt ->> 'writes of the probes')::bigint end as writes,
       case when r.past_point then (f.felt ->> 'failed writes of the probes')::bigint end as failed,
       s.down_ms,
       p.lsn as replayed
from run r
left join lateral (
  select proof as felt from run_step
   where run_id = r.run_id and proof ? 'writes of the probes'
   order by ended_at desc nulls last limit 1) f on true
left join lateral (
  select (extract(epoch from max(ended_at) filter (where type like 'promote-standby/%')
                           - min(started_at) filter (where type like 'stop-primary/%')) * 1000)::bigint as down_ms
    from run_step where run_id = r.run_id and kind = 'STEP' and state = 'SUCCEEDED') s on true
left join lateral (
  select proof ->> 'replayed' as lsn from run_step where run_id = r.run_id and proof ? 'replayed' limit 1) p on true;
comment on view v_drill_leg is
  'One row a run that moved a herd. felt_ms: the longest write of a probe, waiting included; NULL without a probe. down_ms: from the stop of one primary to the first write of the next. replayed: the last LSN of the former primary, proven on the new one before its promotion, so that nothing was lost.';

create view v_drill as
select o.run_id, o.job_id, j.requested_by, j.confirmed_at, o.herd_id,
       coalesce(d.herd, r.target_name) as herd, coalesce(d.environment, e.name, 'unassigned') as environment,
       d.home_id, d.home_server, d.dr_id, d.dr_server, d.objective_ms, d.note,
       case when d.run_id is not null and j.ended_at is not null
            then j.ended_at + make_interval(mins => (j.options -> 'values' ->> 'holdMinutes')::int) end as due_at,
       case when o.state = 'QUEUED' then 'waiting'
            when o.state = 'RUNNING' then 'switching'
            when not o.past_point or arrived.run_id is null then 'not switched'
            when home.run_id is not null and b.state = 'RUNNING' then 'returning'
            when home.run_id is not null and (greatest(coalesce(o.felt_ms, o.down_ms), coalesce(b.felt_ms, b.down_ms)) > d.objective_ms
                 or coalesce(o.failed, 0) + coalesce(b.failed, 0) > 0 or o.state <> 'SUCCEEDED' or b.state <> 'SUCCEEDED') then 'missed'
            when home.run_id is not null then 'passed'
            when b.state in ('QUEUED', 'RUNNING') then 'returning'
            when b.run_id is not null or d.note is not null then 'not back'
            else 'holding' end as state,
       greatest(coalesce(o.felt_ms, o.down_ms), coalesce(b.felt_ms, b.down_ms)) as stall_ms,
       o.felt_ms is not null or b.felt_ms is not null as probed,
       case when o.failed is not null or b.failed is not null then coalesce(o.failed, 0) + coalesce(b.failed, 0) end as failed,
       o.state as out_state, o.message as out_message, o.started_at as out_started_at, o.ended_at as out_ended_at,
       o.felt_ms as out_felt_ms, o.writes as out_writes, o.failed as out_failed, o.down_ms as out_down_ms, o.replayed as out_replayed,
       b.run_id as back_run_id, b.job_id as back_job_id, b.state as back_state, b.message as back_message,
       b.started_at as back_started_at, b.ended_at as back_ended_at,
       b.felt_ms as back_felt_ms, b.writes as back_writes, b.failed as back_failed, b.down_ms as back_down_ms, b.replayed as back_replayed
from v_drill_leg o
join run r on r.run_id = o.run_id
join job j on j.job_id = o.job_id
left join environment e on e.environment_id = r.environment_id
left join drill d on d.run_id = o.run_id
left join herd_term arrived on arrived.herd_id = o.herd_id and arrived.run_id = o.run_id and arrived.published_at is not null
left join lateral (
  select t.run_id from herd_term t
   where t.herd_id = d.herd_id and t.run_id > d.run_id and t.published_at is not null
     and (t.instance_id = d.home_id
          or exists (select from instance i join server s using (server_id)
                      where i.instance_id = t.instance_id and s.site = d.home_site))
   order by t.term limit 1) home on true
left join lateral (
  select a.run_id from run a join job k using (job_id)
   where a.herd_id = d.herd_id and k.action = 'herd.switch-back' and a.run_id > d.run_id
     and not exists (select from drill n where n.herd_id = d.herd_id and n.run_id > d.run_id and n.run_id < a.run_id)
   order by a.run_id desc limit 1) asked on true
left join v_drill_leg b on b.run_id = coalesce(home.run_id, asked.run_id)
where j.action = 'herd.drill';
comment on view v_drill is
  'One row a herd and drill. state: waiting, switching, holding, returning, passed; missed: back, but clients waited longer than the objective, writes failed or a step was left over; not switched: it stayed at home; not back: it is at its DR site until somebody switches it back.';

create view v_drill_job as
select d.job_id, min(d.requested_by) as requested_by, min(d.confirmed_at) as confirmed_at, j.state = 'QUEUED' and j.not_before > now() as scheduled, j.not_before,
       count(*) as herds,
       count(*) filter (where d.state = 'passed') as passed,
       count(*) filter (where d.state = 'missed') as missed,
       count(*) filter (where d.state in ('not switched', 'not back')) as failed_herds,
       case when count(*) filter (where d.state = 'not back') > 0 then 'not back'
            when count(*) filter (where d.state in ('switching', 'returning')) > 0 then 'switching'
            when count(*) filter (where d.state = 'waiting') > 0 then 'waiting'
            when count(*) filter (where d.state = 'holding') > 0 then 'holding'
            when count(*) filter (where d.state = 'not switched') > 0 then 'not switched'
            when count(*) filter (where d.state = 'missed') > 0 then 'missed'
            else 'passed' end as state,
       max(d.stall_ms) as stall_ms, sum(d.failed) as failed, max(d.objective_ms) as objective_ms,
       string_agg(distinct d.environment, ', ') as environments,
       (array_agg(d.herd order by d.herd))[1] as first_herd,
       greatest(max(d.out_ended_at), max(d.back_ended_at)) as ended_at
from v_drill d join job j using (job_id) group by d.job_id, j.state, j.not_before;
comment on view v_drill_job is 'One row a drill: the worst of its herds, the longest stall, and the writes of probes that failed.';

create view v_problem_of_drills as
select 'drill' as kind, 'drill ' || d.run_id as key, 'critical' as severity,
       null::bigint as server_id, (select h.herd_id from herd h where h.herd_id = d.herd_id) as herd_id, null::bigint as instance_id,
       format('the drill of job %s left %s at its DR site (%s): %s. Switch it back to %s when you know why', d.job_id, d.herd, d.dr_server,
              left(coalesce(d.note, d.back_message, 'no reason known'), 400), d.home_server) as detail
  from v_drill d
 where d.state = 'not back'
   and exists (select from v_herd h where h.herd_id = d.herd_id and h.primary_id = d.dr_id)
   and not exists (select from drill n where n.herd_id = d.herd_id and n.run_id > d.run_id);
comment on view v_problem_of_drills is 'Herds that a drill brought to their DR site and nothing brought back.';

create or replace view v_problem_now as
select * from v_problem_before_schedules p
 where (kind <> 'no-primary' or not exists (select from failure f where f.herd_id = p.herd_id))
   and (kind <> 'standby-not-streaming' or not exists (select from instance_fence f where f.instance_id = p.instance_id))
union all select * from v_problem_of_schedules
union all select * from v_problem_of_failures
union all select * from v_problem_of_fences
union all select * from v_problem_of_drills;
