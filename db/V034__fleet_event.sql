-- What happened to the fleet: instance holds only what is believed now, so what changes in it is
-- noted here, by triggers, so that no way of applying a fact can leave it out.

insert into setting (name, value, description) values
  ('fleet_event.keep', '90 days', 'How long is kept what happened to instances: roles, states, versions, upstreams.');

create table fleet_event (
  fleet_event_id bigint generated always as identity primary key,
  at          timestamptz not null default now(),
  kind        text not null check (kind in ('found', 'role', 'state', 'timeline', 'version', 'upstream', 'herd', 'copy', 'gone', 'back', 'formed')),
  instance_id bigint references instance on delete cascade,
  server_id   bigint references server on delete cascade,
  herd_id     bigint references herd on delete set null,
  was         text,
  became      text,
  detail      text
);
create index on fleet_event (at desc);
create index on fleet_event (instance_id, at desc);
create index on fleet_event (server_id, at desc);
create index on fleet_event (herd_id, at desc);
comment on table fleet_event is 'What was seen to change, one row a change; append-only, pruned by setting fleet_event.keep. What people did is in audit_event and job.';
comment on column fleet_event.at is 'When the console learnt of it; changes of one batch of reports have one instant.';
comment on column fleet_event.kind is
  'found: first seen. formed: a herd formed itself. role, state, timeline, version, upstream, herd: became instead of was. copy: recognised as a copy of herd became. gone: its server no longer lists it; back: it does again.';
comment on column fleet_event.herd_id is 'The herd it belonged to then.';
comment on column fleet_event.became is 'In kind state: online, stopped (proven) or unreachable (nothing is proven). Names, where it is about a herd or an upstream, are those of then.';
revoke update, delete, truncate on fleet_event from matriarch_app;

create function note_instance_change() returns trigger language plpgsql set search_path = matriarch, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into fleet_event (kind, instance_id, server_id, herd_id, became, detail)
    values ('found', new.instance_id, new.server_id, new.herd_id, new.role, left(new.data_directory, 500));
    return null;
  end if;
  insert into fleet_event (kind, instance_id, server_id, herd_id, was, became, detail)
  select kind, new.instance_id, new.server_id, new.herd_id, was, became, left(detail, 500)
    from (values
      (old.missing_since is null and new.missing_since is not null,
       'gone', null, null, new.state_reason),
      (old.missing_since is not null and new.missing_since is null,
       'back', null, new.state, null),
      (old.missing_since is null and new.missing_since is null
       and case when old.state in ('primary', 'standby') then 'online' else old.state end
           <> case when new.state in ('primary', 'standby') then 'online' else new.state end,
       'state',
       case when old.state in ('primary', 'standby') then 'online' else old.state end,
       case when new.state in ('primary', 'standby') then 'online' else new.state end,
       case when new.state not in ('primary', 'standby') then new.state_reason end),
      -- A role that was not known until now did not change.
      (old.role <> new.role and old.role <> 'unknown' and new.role <> 'unknown',
       'role', old.role, new.role, 'timeline ' || new.timeline),
      (old.role = new.role and old.timeline <> new.timeline,
       'timeline', old.timeline::text, new.timeline::text, null),
      (old.version <> new.version, 'version', old.version, new.version, null),
      (old.upstream_id <> new.upstream_id and new.role = 'standby', 'upstream',
       (select s.name from instance u join server s using (server_id) where u.instance_id = old.upstream_id),
       (select s.name from instance u join server s using (server_id) where u.instance_id = new.upstream_id), null),
      (old.herd_id <> new.herd_id, 'herd',
       (select name from herd where herd_id = old.herd_id),
       (select name from herd where herd_id = new.herd_id), null),
      (not old.copy and new.copy, 'copy', null, (select name from herd where herd_id = new.herd_id), null)
    ) as change (happened, kind, was, became, detail)
   where happened;
  return null;
end $$;
comment on function note_instance_change is 'Notes in fleet_event what an insert or update of instance changed.';

create trigger note_found after insert on instance for each row execute function note_instance_change();
-- Most updates change positions only: they must not cost a function call.
create trigger note_change after update on instance for each row
  when (old.role <> new.role or old.state <> new.state or old.timeline <> new.timeline or old.version <> new.version
        or old.upstream_id <> new.upstream_id or old.herd_id <> new.herd_id or (new.copy and not old.copy)
        or (old.missing_since is null) <> (new.missing_since is null))
  execute function note_instance_change();

create function note_herd_formed() returns trigger language plpgsql set search_path = matriarch, pg_temp as $$
begin
  insert into fleet_event (kind, herd_id) values ('formed', new.herd_id);
  return null;
end $$;
comment on function note_herd_formed is 'Notes in fleet_event that a herd formed itself; those that people make are in audit_event.';

-- One without identifier is only a place for a member until that can be read.
create trigger note_formed after insert on herd for each row
  when (new.named_from is not null and new.system_identifier is not null)
  execute function note_herd_formed();

create function prune_fleet_events() returns bigint language plpgsql security definer set search_path = matriarch, pg_temp as $$
declare gone bigint;
begin
  delete from fleet_event where at < now() - (select value::interval from setting where name = 'fleet_event.keep');
  get diagnostics gone = row_count;
  return gone;
end $$;
comment on function prune_fleet_events is 'Deletes what happened longer ago than setting fleet_event.keep; returns how much.';
revoke all on function prune_fleet_events from public;
grant execute on function prune_fleet_events to matriarch_app;

create index on problem (first_seen desc);
create index on problem (ended_at desc);

create view v_happening as
select e.at, e.kind, e.was, e.became, e.detail, null::text as actor, null::text as target, e.instance_id, e.server_id, e.herd_id
  from fleet_event e where e.instance_id is not null or e.herd_id is not null
union all
select p.first_seen, 'problem', null, p.kind, p.detail, null, null, p.instance_id, p.server_id, p.herd_id
  from problem p where p.kind in ('agent-silent', 'server-unreachable', 'host-key-changed', 'split-brain', 'no-primary')
union all
select p.ended_at, 'problem-over', null, p.kind, null, null, null, p.instance_id, p.server_id, p.herd_id
  from problem p where p.kind in ('agent-silent', 'server-unreachable', 'host-key-changed', 'split-brain', 'no-primary') and p.ended_at is not null
union all
select a.at, 'edit', null, a.action, null, a.actor, a.target,
       case when a.target_kind = 'instance' then a.target_id end,
       case when a.target_kind = 'server' then a.target_id end,
       case when a.target_kind = 'herd' then a.target_id end
  from audit_event a
 where a.outcome = 'SUCCEEDED'
   and a.action in ('environment.create', 'environment.update', 'environment.delete', 'server.create', 'server.update', 'server.delete',
                    'server.release-agent-login', 'herd.create', 'herd.update', 'herd.delete', 'herd.separate', 'instance.forget');
comment on view v_happening is
  'What happened: changes that were seen, problems that began and ended, and edits of the inventory. An id may be that of something that is no more.';

comment on table agent_login is
  'Logins that serve one server each, bound at the first report without a token. An administrator releases one on the server''s page; in SQL delete its rows here and in agent_report.';
