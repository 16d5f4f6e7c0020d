-- What has become of primaries that do not serve, by who says what.

insert into setting (name, value, description) values
  ('failure.interval', '1 second', 'How often primaries are asked at their ports whether they answer; less often where there are very many. What does not answer is examined at once.');

create table failure (
  herd_id    bigint primary key references herd on delete cascade,
  primary_id bigint not null references instance on delete cascade,
  verdict    text not null check (verdict in ('dead', 'unreachable', 'hung', 'disputed')),
  summary    text not null,
  said       jsonb not null,
  since      timestamptz not null default now(),
  looked_at  timestamptz not null default now()
);
create index on failure (primary_id);
comment on table failure is 'Primaries that do not serve, while they do not. Dead: their host says so, or neither the console nor any standby reaches them.';
comment on column failure.said is 'Who said what, and when: an array of objects who, what, at.';
comment on column failure.since is 'When the first look failed that no good one followed.';
comment on column failure.looked_at is 'When they were last examined.';
insert into watch_turn (name, at) values ('failure', '-infinity');

create view v_problem_of_failures as
select 'primary-' || f.verdict as kind, format('primary-%s %s', f.verdict, f.herd_id) as key,
       case f.verdict when 'disputed' then 'warning' else 'critical' end as severity,
       i.server_id, f.herd_id, f.primary_id as instance_id, f.summary as detail
  from failure f join instance i on i.instance_id = f.primary_id;
comment on view v_problem_of_failures is 'Primaries that do not serve, as examined by the console and the standbys.';

create or replace view v_problem_now as
select * from v_problem_before_schedules p
 where kind <> 'no-primary' or not exists (select from failure f where f.herd_id = p.herd_id)
union all select * from v_problem_of_schedules
union all select * from v_problem_of_failures;
comment on view v_problem_now is 'What is wrong at this moment, as far as the inventory, scheduled jobs and looks at primaries tell.';
