-- People cancel on purpose: such runs are counted apart from those that went wrong.
create or replace view v_job as
select j.*, r.runs, r.queued, r.running, r.succeeded, r.failed, r.cancelled
from job j
left join lateral (
  select count(*) as runs, count(*) filter (where state = 'QUEUED') as queued, count(*) filter (where state = 'RUNNING') as running,
         count(*) filter (where state = 'SUCCEEDED') as succeeded,
         count(*) filter (where state not in ('QUEUED', 'RUNNING', 'SUCCEEDED')) as failed,
         count(*) filter (where state = 'CANCELLED') as cancelled
  from run where run.job_id = j.job_id) r on true;
comment on view v_job is
  'One row a job with how many of its runs are in which state; failed counts every end but success, cancelled those among them that people chose.';
