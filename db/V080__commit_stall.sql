-- Primaries on which commits wait for standbys that do not answer.

insert into setting (name, value, description) values
  ('commits.stall', '5 seconds', 'How long commits may wait for synchronous standbys before that is a problem.');
insert into watch_turn (name, at) values ('commits', '-infinity');

create table commit_look (
  herd_id   bigint primary key references herd on delete cascade,
  looked_at timestamptz not null default now()
);
comment on table commit_look is 'When a synchronous herd was last asked whether commits wait.';

create table commit_stall (
  herd_id     bigint primary key references herd on delete cascade,
  instance_id bigint not null references instance on delete cascade,
  detail      text not null check (length(detail) <= 2000),
  since       timestamptz not null default now(),
  looked_at   timestamptz not null default now()
);
create index on commit_stall (instance_id);
comment on table commit_stall is 'Herds whose commits wait, while they do. A look that is older than a minute tells nothing.';

create view v_commit_stall as
select * from commit_stall where looked_at > now() - interval '1 minute';

create view v_problem_of_stalls as
select 'commits-waiting' as kind, 'commits-waiting ' || s.herd_id as key, 'critical' as severity,
       i.server_id, s.herd_id, s.instance_id, s.detail
  from v_commit_stall s join instance i using (instance_id);
comment on view v_problem_of_stalls is 'Commits that wait for synchronous standbys, and for whom.';

create or replace view v_problem_now as
select * from v_problem_before_schedules p
 where (kind <> 'no-primary' or not exists (select from failure f where f.herd_id = p.herd_id))
   and (kind <> 'standby-not-streaming' or not exists (select from instance_fence f where f.instance_id = p.instance_id))
union all select * from v_problem_of_schedules
union all select * from v_problem_of_failures
union all select * from v_problem_of_fences
union all select * from v_problem_of_drills
union all select * from v_problem_of_alarms
union all select * from v_problem_of_automatics
union all select * from v_problem_of_stalls;
