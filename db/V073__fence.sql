-- Members that are kept from writing since others took over, or somebody wanted it so.

insert into setting (name, value, description) values
  ('fence.returning', 'on', 'Whether a former primary that comes back and accepts writes, while another one was published in its place and serves, is fenced by the console itself: on or off.');

create table instance_fence (
  instance_id bigint primary key references instance on delete cascade,
  how         text not null check (length(how) between 1 and 1000),
  fenced_at   timestamptz not null default now()
);
comment on table instance_fence is 'Members that are kept from writing: they were stopped and start as standbys of nobody, whoever starts them, or somebody gave his word; until they are rewound or the fence is lifted.';
comment on column instance_fence.how is 'What was proven, in a sentence.';
insert into watch_turn (name, at) values ('return', '-infinity');

create view v_problem_of_fences as
select 'fenced' as kind, 'fenced ' || f.instance_id as key, 'warning' as severity,
       i.server_id, i.herd_id, f.instance_id,
       format('%s:%s is fenced: %s. Rewind it, and it follows the primary', s.name, coalesce(i.port, i.configured_port), f.how) as detail
  from instance_fence f join instance i using (instance_id) join server s using (server_id);
comment on view v_problem_of_fences is 'Members that are fenced: whoever fenced them must make up their mind some day.';

create or replace view v_problem_now as
select * from v_problem_before_schedules p
 where (kind <> 'no-primary' or not exists (select from failure f where f.herd_id = p.herd_id))
   and (kind <> 'standby-not-streaming' or not exists (select from instance_fence f where f.instance_id = p.instance_id))
union all select * from v_problem_of_schedules
union all select * from v_problem_of_failures
union all select * from v_problem_of_fences;
comment on view v_problem_now is 'What is wrong at this moment, as far as the inventory, scheduled jobs, looks at primaries and fences tell.';

alter view v_instance rename to v_instance_before_fences;
create view v_instance as
select b.*, f.instance_id is not null as fenced
  from v_instance_before_fences b left join instance_fence f using (instance_id);
comment on view v_instance is 'The Instances grid: one row per instance, with lag, freshness and names; fenced is whether it is kept from writing.';

create view v_deposed as
select i.instance_id, i.herd_id, s.name as server, p.term
  from instance i
  join server s using (server_id)
  join v_herd_primary p using (herd_id)
  join instance n on n.instance_id = p.instance_id
 where i.instance_id <> p.instance_id and i.state = 'primary' and not i.copy and i.missing_since is null
   and n.state = 'primary' and i.timeline < n.timeline
   and greatest(n.reported_at, n.probed_at) > p.published_at;
comment on view v_deposed is 'Members that accept writes on an older timeline than the published primary, which serves: they were primary before it, and came back.';
