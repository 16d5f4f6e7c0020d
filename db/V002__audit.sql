-- The audit trail: who, from where, asked for what, on what, and what came of it. It is written
-- before anything is changed, and never pruned.

create table audit_event (
  id          bigint generated always as identity primary key,
  at          timestamptz not null default clock_timestamp(),
  actor       text not null check (length(actor) between 1 and 256),
  role        text check (role in ('viewer', 'operator', 'dba', 'admin')),
  origin      text not null check (origin in ('screen', 'api', 'rule', 'system')),
  address     text,
  action      text not null check (action <> ''),
  target_kind text,
  target      text,
  target_id   bigint,
  environment text,
  plan_hash   text,
  intent_id   bigint references audit_event (id),
  outcome     text not null check (outcome in (
                'INTENT', 'DENIED', 'SUCCEEDED', 'FAILED', 'FAILED_UNCLEAN', 'REFUSED', 'CANCELLED',
                'INTERRUPTED')),
  detail      jsonb not null default '{}' check (jsonb_typeof(detail) = 'object')
);

comment on table audit_event is
  'Append-only. An attempt is two rows: INTENT, written in the transaction that makes the change possible, and its outcome, which names it in intent_id. A refused attempt is one row, DENIED.';
comment on column audit_event.actor is 'Name of the person, token or rule; as typed, if a sign-in failed.';
comment on column audit_event.role is 'Role of the actor at that moment; null if nobody was signed in.';
comment on column audit_event.address is 'Network address the request came from; null for rules and the system.';
comment on column audit_event.action is 'What was asked for: an action name such as instance.stop, or sign-in, token.create.';
comment on column audit_event.target is 'Name of the target at that moment; target_kind and target_id lead to its row if it still exists.';
comment on column audit_event.plan_hash is 'Hash of the plan that was confirmed, the same as in the table run.';
comment on column audit_event.intent_id is 'In an outcome: the row that announced the attempt.';

create index on audit_event (at desc);
create index on audit_event (actor, at desc);
create index on audit_event (action, at desc);
create index on audit_event (target_kind, target_id) where target_id is not null;
create index on audit_event (intent_id) where intent_id is not null;

-- The console may add and read. The trigger holds for the owner too, so that a slip in a later
-- migration is an error and not a hole in the trail.
revoke update, delete, truncate on audit_event from matriarch_app;

create function audit_event_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_event is append-only: % refused', lower(tg_op)
    using hint = 'Add a row that corrects the earlier one.';
end
$$;

create trigger append_only before update or delete or truncate on audit_event
  for each statement execute function audit_event_is_append_only();
