-- Readiness for a switch of primaries: what was last seen, herd by herd and candidate by candidate.

insert into setting (name, value, description) values
  ('readiness.interval', '5 minutes', 'How often each herd is looked at over SSH for whether its primary could be switched. Herds are spread over this time.');

create table readiness_turn (
  herd_id  bigint primary key references herd on delete cascade,
  taken_at timestamptz not null default now()
);
comment on table readiness_turn is 'When a console last began to look at a herd; whoever moves it forward looks.';

create table readiness (
  herd_id     bigint not null references herd on delete cascade,
  place       int not null check (place > 0),
  instance_id bigint references instance on delete cascade,
  ready       boolean not null,
  reasons     text[] not null,
  checks      jsonb not null,
  at          timestamptz not null default now(),
  primary key (herd_id, place)
);
create index on readiness (instance_id);
comment on table readiness is 'Whether a herd''s primary could be switched to each of its candidates, as last seen on the servers themselves.';
comment on column readiness.place is 'Of the candidate by rule; 1 is whom a switchover chooses if nobody is named.';
comment on column readiness.instance_id is 'The candidate; NULL if the herd has none.';
comment on column readiness.reasons is 'The failed checks in words, the first reason first; none if ready.';
comment on column readiness.checks is 'All checks, passed ones too, with what was seen, threshold, remedy and what overrules them.';

create view v_herd_ready as
select h.*,
       case when r.at is null then 'unknown'
            when now() - r.at > 3 * (select value::interval from setting where name = 'readiness.interval') then 'unknown'
            when r.ready then 'ready' else 'not ready' end as ready,
       coalesce(r.reasons, '{}') as ready_reasons,
       r.at as ready_at
  from v_herd h
  left join readiness r on r.herd_id = h.herd_id and r.place = 1;
comment on view v_herd_ready is 'One row a herd, as the Herds grid and GET /api/herds show it: v_herd, and whether it could be switched to the first candidate by rule. Older than three intervals is unknown.';
