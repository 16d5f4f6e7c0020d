-- Suppressed problems: who answers for them, and when a suppression is over.

alter table problem
  add column suppressed_at    timestamptz,
  add column suppressed_owner text check (length(suppressed_owner) between 1 and 100),
  add column suppression_over_at timestamptz;
update problem set suppressed_at = greatest(first_seen, suppressed_until - interval '90 days'), suppressed_owner = suppressed_by where suppressed_until is not null;
alter table problem
  add check ((suppressed_until is null) = (suppressed_owner is null)),
  add check ((suppressed_until is null) = (suppressed_at is null)),
  add check (suppressed_until <= suppressed_at + interval '91 days');
comment on column problem.suppressed_owner is 'Who answers for it meanwhile; suppressed_by is who said so.';
comment on column problem.suppression_over_at is
  'Set when it was lifted by hand, or a lost node was seen streaming; what comes back then counts again.';

create function is_lost_node(kind text) returns boolean language sql immutable
return kind in ('agent-silent', 'server-unreachable', 'instance-unreachable', 'standby-not-streaming');
comment on function is_lost_node is
  'Kinds of problem that a node shows by turns when it comes and goes. Their suppression outlives them until it streams.';

-- It is not enough that a node answers: one that flaps would raise its alarm again and again.
create function node_streams(instance bigint, server bigint, since timestamptz) returns boolean
language sql stable set search_path = matriarch, pg_temp as $$
  select coalesce(bool_and((i.state = 'primary' or i.state = 'standby' and i.upstream ->> 'status' = 'streaming')
                           and coalesce(greatest(i.reported_at, i.probed_at) > since, false)), true)
    from instance i
   where i.missing_since is null
     and case when instance is null then i.server_id = server else i.instance_id = instance end
$$;
comment on function node_streams is
  'Whether an instance, or every one of a server if instance is NULL, was seen streaming (or as primary) after an instant.';

create function same_node(a_instance bigint, a_server bigint, b_instance bigint, b_server bigint) returns boolean
language sql stable set search_path = matriarch, pg_temp as $$
  select coalesce(
    a_instance = b_instance
    or a_server = b_server
       and (a_instance is null
            or b_instance is null
               and (select count(*) from instance i where i.server_id = b_server and i.missing_since is null) = 1), false)
$$;
comment on function same_node is
  'Whether what was said of a node (a) holds for b: the same instance; all instances of a server; a server with that one only.';

create or replace function refresh_problems() returns boolean language plpgsql set search_path = matriarch, pg_temp as $$
declare
  changes int;
  back int;
begin
  if not pg_try_advisory_xact_lock(hashtext('matriarch.problems')) then
    return false;
  end if;
  with current as materialized (
    select distinct on (key) * from v_problem_now order by key),
  ended as (
    update problem p set ended_at = now()
     where ended_at is null and not exists (select from current c where c.key = p.key)
    returning p.problem_id),
  going as (
    update problem p set detail = c.detail, severity = c.severity, last_seen = now(),
           server_id = c.server_id, herd_id = c.herd_id, instance_id = c.instance_id
      from current c
     where p.key = c.key and p.ended_at is null
       and (p.detail <> c.detail or p.last_seen < now() - interval '1 minute')
    returning p.problem_id),
  begun as (
    insert into problem (kind, key, severity, server_id, herd_id, instance_id, detail,
                         suppressed_until, suppressed_at, suppressed_by, suppressed_owner, suppressed_reason)
    select c.kind, c.key, c.severity, c.server_id, c.herd_id, c.instance_id, c.detail,
           old.suppressed_until, old.suppressed_at, old.suppressed_by, old.suppressed_owner, old.suppressed_reason
      from current c
      left join lateral (select o.* from problem o
                          where is_lost_node(c.kind) and is_lost_node(o.kind)
                            and o.suppressed_until > now() and o.suppression_over_at is null
                            and same_node(o.instance_id, o.server_id, c.instance_id, c.server_id)
                          order by o.suppressed_until desc limit 1) old on true
     where not exists (select from problem p where p.key = c.key and p.ended_at is null)
    returning problem_id)
  select (select count(*) from ended) + (select count(*) from begun) + (select count(*) from going) into changes;
  update problem
     set suppression_over_at = now()
   where ended_at is not null and suppressed_until > now() and suppression_over_at is null
     and (not is_lost_node(kind) or node_streams(instance_id, server_id, suppressed_at));
  get diagnostics back = row_count;
  if changes + back > 0 then
    perform pg_notify('problem', '');
  end if;
  return true;
end $$;

create or replace view v_problem as
select p.problem_id, p.kind, p.severity, p.detail, p.first_seen, p.last_seen, p.ended_at,
       p.ended_at is null as open,
       coalesce(p.ended_at is null and p.suppression_over_at is null and p.suppressed_until > now(), false) as suppressed,
       p.suppressed_until, p.suppressed_by, p.suppressed_reason,
       p.server_id, s.name as server, p.herd_id, h.name as herd, p.instance_id,
       e.environment_id, e.name as environment,
       p.suppressed_owner
  from problem p
  left join server s on s.server_id = p.server_id
  left join herd h on h.herd_id = p.herd_id
  left join environment e on e.environment_id = coalesce(h.environment_id, s.environment_id);

-- Whatever else the view of problems holds stays in it.
alter view v_problem_now rename to v_problem_before_settings;
comment on view v_problem_before_settings is 'What is wrong at this moment, settings that wait for a restart aside.';
create view v_problem_of_settings as
select 'pending-restart' as kind, 'pending-restart ' || instance_id as key, 'warning' as severity, server_id, herd_id, instance_id,
       format('settings of %s:%s were changed and wait for a restart', s.name, coalesce(port, configured_port)) as detail
  from instance i join server s using (server_id)
 where i.pending_restart and i.missing_since is null and i.state in ('primary', 'standby');
comment on view v_problem_of_settings is 'Settings that are not in force.';
create view v_problem_now as
select * from v_problem_before_settings union all select * from v_problem_of_settings;
comment on view v_problem_now is 'What is wrong at this moment, as far as the inventory tells.';
