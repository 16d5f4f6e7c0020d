-- Jobs, runs, steps, log: the engine's only memory. A node that dies leaves its truth here.

create table job (
  job_id          bigint generated always as identity primary key,
  action          text not null,
  label           text not null,
  options         jsonb not null default '{}',
  parallelism     int not null default 8 check (parallelism between 1 and 500),
  stop_after      int check (stop_after > 0),
  state           text not null default 'QUEUED' check (state in ('QUEUED','RUNNING','SUCCEEDED','CANCELLED','REFUSED','INTERRUPTED','FAILED','FAILED_UNCLEAN')),
  plan_hash       text not null,
  requested_by    text not null,
  requested_role  text not null,
  origin          text not null,
  confirmed_at    timestamptz not null default now(),
  started_at      timestamptz,
  ended_at        timestamptz,
  cancelled_at    timestamptz,
  cancelled_by    text,
  retry_of        bigint references job,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  request_hash    text
);
create unique index on job (requested_by, idempotency_key) where idempotency_key is not null;
create index on job (confirmed_at desc);
create index on job (state) where state in ('QUEUED', 'RUNNING');
comment on table job is 'One action on many targets, as a person (or rule) confirmed it. state is the worst of its runs once all ended.';
comment on column job.plan_hash is 'Hash over the plans of all runs in order: what was shown and confirmed.';
comment on column job.confirmed_at is 'A queued run whose job was confirmed more than 15 minutes ago, with no live dispatcher renewing it, ends REFUSED.';

create table run (
  run_id        bigint generated always as identity primary key,
  job_id        bigint not null references job,
  ordinal       int not null,
  target_kind   text not null check (target_kind in ('INSTANCE', 'HERD', 'SERVER')),
  target_id     bigint not null,
  target_name   text not null,
  herd_id       bigint,
  environment_id bigint,
  locks         boolean not null default false,
  audit_id      bigint,
  state         text not null default 'QUEUED' check (state in ('QUEUED','RUNNING','SUCCEEDED','CANCELLED','REFUSED','INTERRUPTED','FAILED','FAILED_UNCLEAN')),
  attempt       int not null default 0,
  fence         bigint,
  node          text,
  heartbeat     timestamptz,
  renewed_at    timestamptz not null default now(),
  plan          jsonb not null,
  plan_hash     text not null,
  checks        jsonb not null default '[]',
  past_point    boolean not null default false,
  message       text,
  remainder     jsonb,
  retry_of      bigint references run,
  started_at    timestamptz,
  ended_at      timestamptz,
  unique (job_id, ordinal)
);
create index on run (state, job_id) where state in ('QUEUED', 'RUNNING');
create index on run (target_kind, target_id, run_id desc);
create index on run (herd_id, run_id desc);
comment on table run is 'One target of a job. Every write of its owner says "where attempt = ?".';
comment on column run.locks is 'Whether the run holds its herd''s lock while it runs: it changes something.';
comment on column run.audit_id is 'The audit event that announced this run.';
comment on column run.attempt is 'Raised by one at each take-over; a write with an older attempt changes nothing.';
comment on column run.fence is 'The herd''s fencing number this run holds; the wrapper on each host refuses lower ones.';
comment on column run.heartbeat is 'The owner''s last sign of life, by this database''s clock.';
comment on column run.renewed_at is 'Renewed by a live dispatcher while the run waits.';

create table run_server (
  run_id    bigint not null references run on delete cascade,
  server_id bigint not null,
  primary key (run_id, server_id)
);
create index on run_server (server_id);
comment on table run_server is 'Servers that a run touches: the limit per server is counted here, and a take-over tells each of them its new fence.';

create table run_step (
  run_id     bigint not null references run on delete cascade,
  ordinal    int not null,
  kind       text not null check (kind in ('STEP', 'ALWAYS', 'ON_FAILURE', 'LAST')),
  type       text not null,
  step       jsonb not null,
  describe   text not null,
  commands   jsonb not null default '[]',
  state      text not null default 'PENDING' check (state in ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'SKIPPED')),
  message    text,
  proof      jsonb,
  started_at timestamptz,
  ended_at   timestamptz,
  primary key (run_id, kind, ordinal)
);
comment on table run_step is 'The steps and cleanups of a run with what each proved. Reports and probes never write here.';

create table herd_lock (
  herd_id  bigint primary key,
  run_id   bigint not null references run,
  taken_at timestamptz not null default now()
);
comment on table herd_lock is 'One mutating run per herd at a time. A row owned by the run: no session, no expiry, inherited by a take-over.';

create table job_log (
  seq    bigint generated always as identity primary key,
  job_id bigint not null references job,
  run_id bigint,
  step   int,
  at     timestamptz not null default now(),
  stream text not null check (stream in ('info', 'command', 'stdout', 'stderr', 'exit', 'error')),
  source text not null default '',
  text   text not null
);
create index on job_log (job_id, seq);
create index on job_log (at);
comment on table job_log is 'Every command, its output, exit and duration. The table is the truth; a signal only says "there is more". Kept for setting job_log.keep.';

create table node (
  node       text primary key,
  started_at timestamptz not null,
  seen_at    timestamptz not null
);
comment on table node is 'Consoles and when each was last seen, by this database''s clock.';

create view v_job as
select j.*, r.runs, r.queued, r.running, r.succeeded, r.failed
from job j
left join lateral (
  select count(*) as runs, count(*) filter (where state = 'QUEUED') as queued, count(*) filter (where state = 'RUNNING') as running,
         count(*) filter (where state = 'SUCCEEDED') as succeeded,
         count(*) filter (where state not in ('QUEUED', 'RUNNING', 'SUCCEEDED')) as failed
  from run where run.job_id = j.job_id) r on true;
comment on view v_job is 'One row a job with how many of its runs are in which state; failed counts every end but success.';

create view v_run as
select r.*, s.steps, s.steps_done, s.current_step
from run r
left join lateral (
  select count(*) filter (where kind = 'STEP') as steps,
         count(*) filter (where kind = 'STEP' and state in ('SUCCEEDED', 'SKIPPED')) as steps_done,
         min(describe) filter (where state = 'RUNNING') as current_step
  from run_step where run_step.run_id = r.run_id) s on true;
comment on view v_run is 'One row a run with how far its steps are.';

create function prune_job_log() returns bigint language plpgsql security definer set search_path = matriarch, pg_temp as $$
declare gone bigint;
begin
  delete from job_log where at < now() - (select value::interval from setting where name = 'job_log.keep');
  get diagnostics gone = row_count;
  return gone;
end $$;
comment on function prune_job_log is 'Deletes log lines older than setting job_log.keep; returns how many. Jobs, runs and steps stay.';
revoke all on function prune_job_log from public;
grant execute on function prune_job_log to matriarch_app;
