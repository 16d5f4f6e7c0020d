-- Jobs that wait for a window, and runs that follow each other in waves.

alter table job
  add column not_before timestamptz,
  add column not_after  timestamptz,
  add column canary     int check (canary > 0),
  add column wave_size  int check (wave_size > 0),
  add column wave_pause interval check (wave_pause > interval '0'),
  add check (not_before < not_after);
create index on job (ended_at) where not_before is not null;
comment on column job.not_before is 'Its runs stay QUEUED until then; NULL: from its confirmation on.';
comment on column job.not_after is 'Runs that have not begun by then end REFUSED; NULL: the confirmation holds for 15 minutes.';
comment on column job.canary is 'So many runs are the first wave; unless all of them succeed, no other begins. NULL: none.';
comment on column job.wave_size is 'Runs of each further wave; NULL: all the rest is one.';
comment on column job.wave_pause is 'How long after the end of a wave the next one begins.';
comment on column job.confirmed_at is
  'A queued run of a job without not_after ends REFUSED when 15 minutes passed since then (or since not_before), with no live dispatcher renewing it.';

alter table run add column wave int default 1 check (wave > 0);
comment on column run.wave is 'A run begins when all runs of lower waves of its job have ended. NULL: refused before it was in any.';

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

drop view v_run;
create view v_run as
select r.*, s.steps, s.steps_done, s.current_step,
       case when r.state = 'QUEUED' and r.locks then
         (select h.job_id from herd_lock l join run h using (run_id) where l.herd_id = r.herd_id) end as held_by
from run r
left join lateral (
  select count(*) filter (where kind = 'STEP') as steps,
         count(*) filter (where kind = 'STEP' and state in ('SUCCEEDED', 'SKIPPED')) as steps_done,
         min(describe) filter (where state = 'RUNNING') as current_step
  from run_step where run_step.run_id = r.run_id) s on true;
comment on view v_run is 'One row a run with how far its steps are. held_by: the job that holds the herd which a queued run needs.';

-- Nobody sits before the screen when a scheduled job does not do what was asked of it.
alter view v_problem_now rename to v_problem_before_schedules;
comment on view v_problem_before_schedules is 'What is wrong at this moment, scheduled jobs aside.';
create view v_problem_of_schedules as
select 'scheduled-job' as kind, 'scheduled-job ' || j.job_id as key,
       case j.state when 'FAILED_UNCLEAN' then 'critical' else 'warning' end as severity,
       -- What is no more cannot be named.
       (select s.server_id from server s where s.server_id = u.server_id) as server_id,
       (select h.herd_id from herd h where h.herd_id = u.herd_id) as herd_id,
       (select i.instance_id from instance i where i.instance_id = u.instance_id) as instance_id,
       format('%s, scheduled for %s UTC (job %s): %s. %s: %s', j.label,
              to_char(j.not_before at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), j.job_id,
              case when u.runs = 1 then 'it did not succeed' else u.runs || ' targets did not succeed' end,
              u.first_name, left(coalesce(u.first_message, 'no reason known'), 400)) as detail
  from job j
  cross join lateral (
    select count(*) as runs,
           case when count(distinct r.herd_id) = 1 and count(r.herd_id) = count(*) then min(r.herd_id) end as herd_id,
           case when count(*) = 1 and min(r.target_kind) = 'SERVER' then min(r.target_id) end as server_id,
           case when count(*) = 1 and min(r.target_kind) = 'INSTANCE' then min(r.target_id) end as instance_id,
           (array_agg(r.target_name order by r.state = 'CANCELLED', r.ordinal))[1] as first_name,
           (array_agg(r.message order by r.state = 'CANCELLED', r.ordinal))[1] as first_message
      from run r
     where r.job_id = j.job_id and r.state not in ('QUEUED', 'RUNNING', 'SUCCEEDED')
       -- What was refused at once, whoever confirmed it saw.
       and r.ended_at > j.confirmed_at
       and not exists (select from run n join job k using (job_id)
                        where n.target_kind = r.target_kind and n.target_id = r.target_id
                          and n.run_id > r.run_id and k.action = j.action)) u
 where j.not_before > j.confirmed_at and j.ended_at > now() - interval '7 days'
   and j.cancelled_at is null and j.state <> 'SUCCEEDED' and u.runs > 0;
comment on view v_problem_of_schedules is
  'Scheduled jobs of the last seven days that did not succeed, until the same is asked for again on what they left.';
create view v_problem_now as
select * from v_problem_before_schedules union all select * from v_problem_of_schedules;
comment on view v_problem_now is 'What is wrong at this moment, as far as the inventory and scheduled jobs tell.';

create or replace view v_problem as
select p.problem_id, p.kind, p.severity, p.detail, p.first_seen, p.last_seen, p.ended_at,
       p.ended_at is null as open,
       coalesce(p.ended_at is null and p.suppression_over_at is null and p.suppressed_until > now(), false) as suppressed,
       p.suppressed_until, p.suppressed_by, p.suppressed_reason,
       p.server_id, s.name as server, p.herd_id, h.name as herd, p.instance_id,
       e.environment_id, e.name as environment,
       p.suppressed_owner,
       case p.kind when 'scheduled-job' then substring(p.key from '[0-9]+$')::bigint end as job_id
  from problem p
  left join server s on s.server_id = p.server_id
  left join herd h on h.herd_id = p.herd_id
  left join environment e on e.environment_id = coalesce(h.environment_id, s.environment_id);
