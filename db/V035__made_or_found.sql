-- Creating what exists already with the same content succeeds and changes nothing: the outcome's
-- detail says so, and names the row that was made otherwise.
create or replace view v_happening as
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
       case when a.target_kind = 'server' then coalesce(a.target_id, (a.detail ->> 'id')::bigint) end,
       case when a.target_kind = 'herd' then coalesce(a.target_id, (a.detail ->> 'id')::bigint) end
  from audit_event a
 where a.outcome = 'SUCCEEDED' and not a.detail ? 'existed'
   and a.action in ('environment.create', 'environment.update', 'environment.delete', 'server.create', 'server.update', 'server.delete',
                    'server.release-agent-login', 'herd.create', 'herd.update', 'herd.delete', 'herd.separate', 'instance.forget');
