-- Alarms for people who do not look at the screen: whom to tell, and what there is to tell.
--
-- What is to be told is written in the transaction that changes table problem, and sent afterwards by
-- whichever console comes first: nothing is lost when one dies, and something may be sent twice.

create table alarm_receiver (
  alarm_receiver_id bigint generated always as identity primary key,
  name           text not null unique check (name ~ '\S' and length(name) <= 100 and name !~ '[[:cntrl:]]'),
  kind           text not null check (kind in ('webhook', 'e-mail')),
  address        text not null check (length(address) between 3 and 2000 and address !~ '[[:cntrl:][:space:]]'),
  sealed_secret  text check (sealed_secret ~ '^[0-9a-f]{16}\.[A-Za-z0-9_-]{38,}$' and length(sealed_secret) <= 3000),
  environment_id bigint references environment,
  least_severity text not null default 'warning' check (least_severity in ('warning', 'critical')),
  problem_kinds  text[] check (cardinality(problem_kinds) between 1 and 50),
  enabled        boolean not null default true,
  version        int not null default 1,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  claim          uuid,
  claimed_until  timestamptz not null default '-infinity',
  check (kind = 'webhook' or sealed_secret is null)
);
create index on alarm_receiver (environment_id);
comment on table alarm_receiver is 'Who is told that a problem opens or ends.';
comment on column alarm_receiver.address is 'URL of a webhook, or one e-mail address. A URL may hold a secret of its own: only admins read it.';
comment on column alarm_receiver.sealed_secret is 'What webhooks are signed with: key id, dot, Base64url of nonce and AES-256-GCM ciphertext, bound to this row. The key lies in secrets/seal-key of the console''s data directory. NULL for e-mail, and within the transaction that makes the row.';
comment on column alarm_receiver.environment_id is 'Only problems of this environment; NULL: all.';
comment on column alarm_receiver.problem_kinds is 'Only problems of these kinds; NULL: all.';
comment on column alarm_receiver.claim is 'Whoever sends to it now: one delivery at a time. A console that dies holds it until claimed_until.';

create table alarm_delivery (
  alarm_delivery_id bigint generated always as identity primary key,
  alarm_receiver_id bigint not null references alarm_receiver on delete cascade,
  event             text not null check (event in ('opened', 'ended', 'test')),
  problem_id        bigint,
  problem           jsonb,
  state             text not null default 'waiting' check (state in ('waiting', 'delivered', 'given up')),
  created_at        timestamptz not null default now(),
  due_at            timestamptz not null default now(),
  attempts          int not null default 0,
  tried_at          timestamptz,
  answer            text check (length(answer) <= 500),
  check ((event = 'test') = (problem_id is null)),
  check ((problem_id is null) = (problem is null))
);
create index on alarm_delivery (alarm_receiver_id, (attempts > 0), due_at, alarm_delivery_id) where state = 'waiting';
create index on alarm_delivery (problem_id, alarm_receiver_id, alarm_delivery_id) where state = 'waiting';
create index on alarm_delivery (alarm_receiver_id, alarm_delivery_id desc);
create index on alarm_delivery (problem_id, alarm_receiver_id);
comment on table alarm_delivery is 'What a receiver is told. Its id goes with it, so that a receiver can tell a repeat.';
comment on column alarm_delivery.problem_id is 'No foreign key: what was opened is ended for its receivers, even if the row of the problem goes with its server.';
comment on column alarm_delivery.problem is 'The problem as it was then, in the form in which webhooks get it.';
comment on column alarm_delivery.state is 'waiting: it is sent at due_at, also after a failure; given up: a day of attempts, or a test that failed.';
comment on column alarm_delivery.answer is 'What came back when it was last sent.';

create function alarm_instant(at timestamptz) returns text language sql stable
return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

create function alarm_problem(id bigint) returns jsonb language sql stable set search_path = matriarch, pg_temp as $$
  select jsonb_build_object('id', problem_id, 'kind', kind, 'severity', severity, 'detail', detail,
                            'herd', herd, 'herdId', herd_id, 'server', server, 'serverId', server_id, 'instanceId', instance_id,
                            'environment', environment, 'jobId', job_id, 'firstSeen', alarm_instant(first_seen), 'endedAt', null)
    from v_problem where problem_id = id
$$;
comment on function alarm_problem is 'A problem as webhooks get it.';

create function alarm_pause(attempts int) returns interval language sql immutable
return make_interval(secs => coalesce((array[5, 15, 60, 300, 900])[attempts], 3600));
comment on function alarm_pause is 'How long after its nth failure a delivery is sent again.';

create function tell_opened() returns trigger language plpgsql set search_path = matriarch, pg_temp as $$
declare
  told jsonb;
  environment bigint;
begin
  -- Thousands may open at once, when a site is lost: what can be told apart cheaply comes first.
  if not exists (select from alarm_receiver r
                  where r.enabled and (r.least_severity = 'warning' or new.severity = 'critical')
                    and (r.problem_kinds is null or new.kind = any(r.problem_kinds))) then
    return null;
  end if;
  told := alarm_problem(new.problem_id);
  select coalesce(h.environment_id, s.environment_id) into environment
    from (select) one left join herd h on h.herd_id = new.herd_id left join server s on s.server_id = new.server_id;
  insert into alarm_delivery (alarm_receiver_id, event, problem_id, problem)
  select r.alarm_receiver_id, 'opened', new.problem_id, told
    from alarm_receiver r
   where r.enabled
     and (r.least_severity = 'warning' or new.severity = 'critical')
     and (r.problem_kinds is null or new.kind = any(r.problem_kinds))
     and (r.environment_id is null or r.environment_id = environment)
     -- That it cannot be told is for others to hear.
     and new.key <> 'alarm-undelivered ' || r.alarm_receiver_id;
  if found then
    perform pg_notify('alarm', '');
  end if;
  return null;
end $$;
comment on function tell_opened is 'Writes down who is to be told that a problem counts: it opened, became critical, or is no longer suppressed.';

create function tell_ended() returns trigger language plpgsql set search_path = matriarch, pg_temp as $$
begin
  insert into alarm_delivery (alarm_receiver_id, event, problem_id, problem)
  select told.alarm_receiver_id, 'ended', old.problem_id,
         told.problem || jsonb_build_object('severity', old.severity, 'detail', old.detail, 'endedAt', alarm_instant(now()))
    from (select distinct on (alarm_receiver_id) * from alarm_delivery
           where problem_id = old.problem_id and event = 'opened'
           order by alarm_receiver_id, alarm_delivery_id desc) told
    join alarm_receiver r using (alarm_receiver_id)
   where r.enabled and told.state <> 'given up';
  if found then
    perform pg_notify('alarm', '');
  end if;
  return null;
end $$;
comment on function tell_ended is 'Writes down who is to be told that a problem is over: whoever was told that it opened, suppressed or not.';

create trigger tell_opened after insert on problem for each row
  when (new.ended_at is null and not coalesce(new.suppressed_until > now() and new.suppression_over_at is null, false))
  execute function tell_opened();
-- A suppression that ran out changes no row by itself; last_seen moves once a minute and shows that it was in force before.
create trigger tell_again after update on problem for each row
  when (new.ended_at is null
        and not coalesce(new.suppressed_until > now() and new.suppression_over_at is null, false)
        and (new.severity = 'critical' and old.severity = 'warning'
             or coalesce(old.suppressed_until > old.last_seen and old.suppression_over_at is null, false)))
  execute function tell_opened();
create trigger tell_ended after update on problem for each row
  when (old.ended_at is null and new.ended_at is not null)
  execute function tell_ended();
create trigger tell_gone after delete on problem for each row
  when (old.ended_at is null)
  execute function tell_ended();

create function prune_alarm_deliveries() returns bigint language sql set search_path = matriarch, pg_temp as $$
  with gone as (
    delete from alarm_delivery d
     where state <> 'waiting'
       and created_at < now() - (select value::interval from setting where name = 'job_log.keep')
       and not exists (select from problem p where p.problem_id = d.problem_id and p.ended_at is null)
    returning 1)
  select count(*) from gone
$$;
comment on function prune_alarm_deliveries is 'Deletes what was sent long ago, except about problems that are still open: their end has yet to be told.';

create view v_alarm_due as
select d.*
  from alarm_delivery d
 where d.state = 'waiting' and d.due_at <= now()
   and not exists (select from alarm_delivery earlier
                    where earlier.alarm_receiver_id = d.alarm_receiver_id and earlier.problem_id = d.problem_id
                      and earlier.state = 'waiting' and earlier.alarm_delivery_id < d.alarm_delivery_id);
comment on view v_alarm_due is 'What may be sent now: the end of a problem not before its beginning.';

create view v_alarm_delivery as
select d.alarm_delivery_id, d.alarm_receiver_id, d.event, d.problem_id,
       d.problem ->> 'kind' as kind, d.problem ->> 'severity' as severity, d.problem ->> 'detail' as detail,
       coalesce(d.problem ->> 'herd', d.problem ->> 'server') as about, d.problem ->> 'environment' as environment,
       case when d.state = 'waiting' and d.attempts > 0 then 'retrying' else d.state end as state,
       d.created_at, d.attempts, d.tried_at, d.answer,
       case when d.state = 'waiting' and d.attempts > 0 then d.due_at end as next_at
  from alarm_delivery d;
comment on view v_alarm_delivery is 'One row a delivery. state: waiting for its first attempt, retrying, delivered or given up.';

create view v_alarm_receiver as
select r.alarm_receiver_id, r.name, r.kind, r.address, r.environment_id, e.name as environment,
       r.least_severity, r.problem_kinds, r.enabled, r.version,
       case when not r.enabled then 'disabled' when l.state is null then 'nothing sent' else l.state end as state,
       l.event as last_event, l.at as last_at, l.answer as last_answer,
       (select count(*) from alarm_delivery w where w.alarm_receiver_id = r.alarm_receiver_id and w.state = 'waiting') as waiting
  from alarm_receiver r
  left join environment e using (environment_id)
  left join lateral (
    select d.state, d.event, d.answer, coalesce(d.tried_at, d.created_at) as at
      from v_alarm_delivery d where d.alarm_receiver_id = r.alarm_receiver_id
     order by coalesce(d.tried_at, d.created_at) desc, d.alarm_delivery_id desc limit 1) l on true;
comment on view v_alarm_receiver is 'One row a receiver with its last delivery. state: disabled, nothing sent, or that of the last delivery.';

create view v_problem_of_alarms as
select 'alarm-undelivered' as kind, 'alarm-undelivered ' || r.alarm_receiver_id as key, 'warning' as severity,
       null::bigint as server_id, null::bigint as herd_id, null::bigint as instance_id,
       format('receiver %s is not told about problems: %s; mend it and send it a test', r.name, left(l.answer, 300)) as detail
  from alarm_receiver r
  join lateral (
    select d.state, d.attempts, d.answer from alarm_delivery d
     where d.alarm_receiver_id = r.alarm_receiver_id and d.tried_at is not null and (d.event <> 'test' or d.state = 'delivered')
     order by d.tried_at desc, d.alarm_delivery_id desc limit 1) l on true
 where r.enabled and l.state <> 'delivered' and (l.attempts >= 3 or l.state = 'given up');
comment on view v_problem_of_alarms is 'Receivers whose last delivery failed three times or more.';

create or replace view v_problem_now as
select * from v_problem_before_schedules p
 where (kind <> 'no-primary' or not exists (select from failure f where f.herd_id = p.herd_id))
   and (kind <> 'standby-not-streaming' or not exists (select from instance_fence f where f.instance_id = p.instance_id))
union all select * from v_problem_of_schedules
union all select * from v_problem_of_failures
union all select * from v_problem_of_fences
union all select * from v_problem_of_drills
union all select * from v_problem_of_alarms;
