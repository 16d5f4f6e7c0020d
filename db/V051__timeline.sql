-- The history of each herd's primary, so that a member which diverged from it is a problem.

create table herd_timeline (
  herd_id   bigint not null references herd on delete cascade,
  timeline  int not null check (timeline > 0),
  forked_at pg_lsn,
  at        timestamptz not null default now(),
  primary key (herd_id, timeline)
);
comment on table herd_timeline is 'Timelines that lead to what the herd''s primary writes now, from its history file; written at each look for readiness.';
comment on column herd_timeline.forked_at is 'Where the next one begins; NULL for the primary''s own. A member on this timeline past that point has diverged.';

alter view v_problem_now rename to v_problem_before_timelines;
comment on view v_problem_before_timelines is 'What is wrong at this moment, diverged members aside.';
create view v_problem_of_timelines as
select 'diverged' as kind, 'diverged ' || m.instance_id as key, 'critical' as severity, m.server_id, m.herd_id, m.instance_id,
       format('%s:%s is on timeline %s at %s, and %s; it cannot follow and must be rewound or rebuilt',
              s.name, coalesce(m.port, m.configured_port), m.timeline, m.position,
              case when f.timeline is null then format('that of the primary, %s, does not come from it', p.timeline)
                   else format('that of the primary, %s, left it at %s', p.timeline, f.forked_at) end) as detail
  from (select i.*, case state when 'stopped' then checkpoint_lsn else replay_lsn end as position from instance i
         where state in ('standby', 'stopped') and not copy and missing_since is null) m
  join server s using (server_id)
  join herd_timeline p on p.herd_id = m.herd_id and p.forked_at is null and p.timeline <> m.timeline
  left join herd_timeline f on f.herd_id = m.herd_id and f.timeline = m.timeline
 where (f.timeline is null
        -- A stopped one tells where its last checkpoint begins, which lies before its end.
        or case m.state when 'stopped' then m.position >= f.forked_at else m.position > f.forked_at end)
   and (m.state = 'stopped' or m.upstream ->> 'status' is distinct from 'streaming')
   -- What was read before the last change of primary tells nothing.
   and exists (select from instance w where w.herd_id = m.herd_id and w.state = 'primary' and not w.copy and w.timeline = p.timeline);
comment on view v_problem_of_timelines is 'Members whose WAL is no part of what the primary''s came from.';
create view v_problem_now as
select * from v_problem_before_timelines union all select * from v_problem_of_timelines;
comment on view v_problem_now is 'What is wrong at this moment, as far as the inventory tells.';
