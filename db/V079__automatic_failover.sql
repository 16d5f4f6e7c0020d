-- Herds whose standby takes over by itself when the primary is dead, what came of it, and the brake.

create table commit_rule (
  instance_id bigint primary key references instance on delete cascade,
  names       text not null,
  standbys    jsonb not null,
  told_at     timestamptz not null
);
comment on table commit_rule is 'What commits on a primary wait for, as it told while it ran: that is asked for once it runs no more.';

-- By synchronous_commit none waits, whatever the names say.
create function commit_names(settings jsonb) returns text language sql immutable
return case when settings ->> 'synchronous_commit' in ('off', 'local') then ''
            else settings ->> 'synchronous_standby_names' end;

create function keep_commit_rule() returns trigger language plpgsql set search_path = matriarch, pg_temp as $$
begin
  if coalesce(commit_names(new.settings), '') = '' then
    delete from commit_rule where instance_id = new.instance_id;
  elsif new.reported_at is not null then
    insert into commit_rule (instance_id, names, standbys, told_at)
    values (new.instance_id, commit_names(new.settings),
            case when jsonb_typeof(new.standbys) = 'array' then new.standbys else '[]' end, new.reported_at)
    on conflict (instance_id) do update
       set names = excluded.names, standbys = excluded.standbys, told_at = excluded.told_at;
  end if;
  return null;
end $$;
create trigger keep_commit_rule after insert or update on instance for each row
  when (new.state = 'primary' and new.online and new.settings <> '{}')
  execute function keep_commit_rule();

create view v_commit_rule as
select p.herd_id, p.instance_id, coalesce(c.names, commit_names(p.settings)) as names,
       (select jsonb_agg(jsonb_build_object('name', lower(e ->> 'applicationName'), 'member', m.instance_id) order by m.instance_id)
          from jsonb_array_elements(c.standbys) as e
          left join lateral (
            select i.instance_id from instance i join server s using (server_id)
             where i.herd_id = p.herd_id and i.instance_id <> p.instance_id
               and (e ->> 'clientAddress' = s.address or e ->> 'applicationName' = i.cluster_name or lower(e ->> 'applicationName') = lower(s.name))
             order by i.upstream_id = p.instance_id desc nulls last, i.instance_id limit 1) as m on true) as standbys,
       coalesce(c.told_at, p.reported_at) as told_at,
       array(select r.run_id from run r join job j using (job_id)
              where r.herd_id = p.herd_id and (r.past_point or j.action = 'herd.set-synchronous')
                and r.started_at is not null
                and coalesce(r.ended_at, now()) > coalesce(c.told_at, p.reported_at))::bigint[] as changed_by
  from instance p left join commit_rule c using (instance_id)
 where p.role = 'primary' and not p.copy and p.missing_since is null and p.settings <> '{}';
comment on view v_commit_rule is 'What commits on each primary wait for, by its last report.';
comment on column v_commit_rule.names is 'synchronous_standby_names; empty where synchronous_commit waits for nobody.';
comment on column v_commit_rule.changed_by is 'Runs that may have set it since: the report is too old to be believed.';

insert into setting (name, value, description) values
  ('automatic.after', '3 seconds', 'How long the console and all standbys must have failed to reach a primary before a standby takes over by itself.'),
  ('automatic.block', '1 hour', 'How long after it failed over by itself a herd does not do so again, unless somebody acknowledges that it did.'),
  ('automatic.brake_herds', '5', 'If more herds than this lose their primary within automatic.brake_window, none fails over by itself any more until somebody releases the brake.'),
  ('automatic.brake_window', '10 minutes', 'See automatic.brake_herds.');
insert into watch_turn (name, at) values ('automatic', '-infinity'), ('automatic-conditions', '-infinity');

alter table failure add verdict_since timestamptz not null default now();
comment on column failure.verdict_since is 'Since when every look has come to this verdict.';

create table automatic_failover (
  herd_id      bigint primary key references herd on delete cascade,
  turned_on_at timestamptz not null default now(),
  turned_on_by text not null,
  gap          text check (length(gap) <= 2000),
  looked_at    timestamptz
);
comment on table automatic_failover is 'Herds of which a standby takes over by itself when the primary is dead.';
comment on column automatic_failover.gap is 'Why none would now; NULL: one would.';

create table automatic_recovery (
  automatic_recovery_id bigint generated always as identity primary key,
  herd_id         bigint not null references herd on delete cascade,
  primary_id      bigint not null,
  job_id          bigint not null references job on delete cascade,
  verdict         text not null,
  decided_at      timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by text,
  check ((acknowledged_at is null) = (acknowledged_by is null))
);
create index on automatic_recovery (herd_id, decided_at desc);
create index on automatic_recovery (decided_at);
create index on automatic_recovery (job_id);
comment on table automatic_recovery is 'Failovers that the console began by itself, and who has seen them since.';
comment on column automatic_recovery.primary_id is 'Who was lost. No foreign key: it is history.';
comment on column automatic_recovery.verdict is 'Who did not reach it, in a sentence.';

create table automatic_brake (
  automatic_brake_id bigint generated always as identity primary key,
  pulled_at   timestamptz not null default now(),
  reason      text not null,
  released_at timestamptz,
  released_by text,
  check ((released_at is null) = (released_by is null))
);
create unique index on automatic_brake ((true)) where released_at is null;
comment on table automatic_brake is 'When so many herds failed at once that none fails over by itself until somebody has looked.';

-- A run that changed nothing that lasts may be tried again; any other one is for a person to look at first.
create view v_automatic_recovery as
select a.*, r.run_id, r.state as run_state, r.past_point, r.ended_at,
       r.past_point or r.state in ('QUEUED', 'RUNNING', 'FAILED_UNCLEAN') as counts
  from automatic_recovery a
  left join lateral (select * from run where run.job_id = a.job_id order by run_id limit 1) r on true;
comment on column v_automatic_recovery.counts is 'Whether it keeps the herd from failing over by itself again, until acknowledged or automatic.block is over.';

create view v_automatic as
select f.herd_id, h.environment_id, f.turned_on_at, f.turned_on_by, f.gap, f.looked_at,
       (select max(r.decided_at) + (select value::interval from setting where name = 'automatic.block')
          from v_automatic_recovery r
         where r.herd_id = f.herd_id and r.counts and r.acknowledged_at is null) as blocked_until
  from automatic_failover f join herd h using (herd_id);
comment on view v_automatic is 'One row a herd that fails over by itself. blocked_until may be past.';

create view v_automatic_case as
with lately as (
  select herd_id, since as at from failure where verdict in ('dead', 'unreachable', 'hung')
  union all select herd_id, decided_at from automatic_recovery),
counted as (
  select count(distinct herd_id) as herds from lately
   where at > greatest(now() - (select value::interval from setting where name = 'automatic.brake_window'),
                       (select coalesce(max(released_at), '-infinity') from automatic_brake)))
select a.herd_id, f.primary_id, f.verdict, f.summary,
       extract(epoch from f.looked_at - f.verdict_since) as lasted,
       extract(epoch from now() - f.looked_at) as looked_ago,
       counted.herds as failing,
       exists (select from automatic_brake where released_at is null) as braked,
       coalesce(a.blocked_until > now(), false) as blocked,
       exists (select from herd_lock l where l.herd_id = a.herd_id)
         or exists (select from run r where r.herd_id = a.herd_id and r.state in ('QUEUED', 'RUNNING')) as busy,
       (select count(*) from automatic_recovery r where r.herd_id = a.herd_id and r.decided_at >= f.since) as attempts,
       coalesce((select extract(epoch from now() - max(r.ended_at)) from v_automatic_recovery r where r.herd_id = a.herd_id), 1e6) as ended_ago
  from v_automatic a join failure f using (herd_id), counted;
comment on view v_automatic_case is 'Herds that may fail over by themselves and whose primary does not serve; times in seconds.';

create view v_problem_of_automatics as
select 'automatic-brake' as kind, 'automatic-brake' as key, 'critical' as severity,
       null::bigint as server_id, null::bigint as herd_id, null::bigint as instance_id,
       format('no herd fails over by itself any more: %s; look at what happens, and release the brake', reason) as detail
  from automatic_brake where released_at is null
union all
select 'automatic-failover', 'automatic-failover ' || r.automatic_recovery_id, 'warning', null::bigint, r.herd_id, null::bigint,
       format('failed over by itself at %s UTC, by job %s (%s); see what came of it and acknowledge it',
              to_char(r.decided_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), r.job_id, r.verdict)
  from v_automatic_recovery r
 where r.counts and r.acknowledged_at is null
   and r.automatic_recovery_id = (select max(l.automatic_recovery_id) from v_automatic_recovery l
                                   where l.herd_id = r.herd_id and l.counts and l.acknowledged_at is null)
union all
select 'automatic-not-possible', 'automatic-not-possible ' || f.herd_id, 'warning', null::bigint, f.herd_id, null::bigint,
       format('would not fail over by itself: %s', f.gap)
  from automatic_failover f where f.gap is not null;
comment on view v_problem_of_automatics is 'Failovers by themselves that nobody has acknowledged, herds that could not, and the brake.';

create or replace view v_problem_now as
select * from v_problem_before_schedules p
 where (kind <> 'no-primary' or not exists (select from failure f where f.herd_id = p.herd_id))
   and (kind <> 'standby-not-streaming' or not exists (select from instance_fence f where f.instance_id = p.instance_id))
union all select * from v_problem_of_schedules
union all select * from v_problem_of_failures
union all select * from v_problem_of_fences
union all select * from v_problem_of_drills
union all select * from v_problem_of_alarms
union all select * from v_problem_of_automatics;

