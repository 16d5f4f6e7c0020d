-- What poolers say of themselves, where they should lead, and what is wrong with that.

alter table pooler
  add column tried_at           timestamptz,
  add column observed_port      int,
  add column observed_leads     text[] not null default '{}',
  add column observed_missing   text[] not null default '{}',
  add column paused_since       timestamptz,
  add column observed_clients   int,
  add column observed_waiting   int,
  add column observed_version   text,
  add column observed_pool_mode text,
  add column query_wait_timeout int;
comment on column pooler.observed_at is 'When it last answered; all else observed is of then.';
comment on column pooler.tried_at is 'When it was last asked.';
comment on column pooler.observed_error is 'Why it did not answer when it was last asked; NULL if it did.';
comment on column pooler.observed_leads is 'Every host:port that the databases lead to; one if all is well.';
comment on column pooler.observed_missing is 'Databases that it does not have.';
comment on column pooler.paused_since is 'When it was first seen paused; NULL while it is not.';
comment on column pooler.query_wait_timeout is 'Seconds after which it throws a waiting client out; 0 means never.';

create view v_pooler as
select p.*, h.name as herd, h.environment_id, e.name as environment, s.name as server,
       m.instance_id as expected_id, m.server as expected_server, m.address as expected_address, m.port as expected_port,
       led.instance_id as leads_id, led.server as leads_server,
       case when p.tried_at is null then 'unseen'
            when p.observed_error is not null then 'unreachable'
            when m.instance_id is null then 'unknown'
            when led.instance_id is distinct from m.instance_id or p.observed_missing <> '{}' then 'drift'
            when p.observed_paused then 'paused'
            else 'right' end as state
  from pooler p
  join herd h using (herd_id)
  join server s using (server_id)
  left join environment e on e.environment_id = h.environment_id
  left join lateral (
    select i.instance_id, i.server_id, ps.name as server, ps.address, coalesce(i.port, i.configured_port, 5432) as port
      from instance i join server ps on ps.server_id = i.server_id
     where i.herd_id = p.herd_id and i.role = 'primary' and not i.copy
     order by (i.state = 'primary') desc, i.timeline desc nulls last, i.instance_id limit 1) m on true
  -- A pooler beside its PostgreSQL may call it by the loopback address or a socket directory.
  left join lateral (
    select i.instance_id, ms.name as server
      from instance i join server ms on ms.server_id = i.server_id
     where i.herd_id = p.herd_id and i.missing_since is null and coalesce(i.port, i.configured_port, 5432) = p.observed_port
       and (p.observed_host in (ms.address, ms.name)
            or i.server_id = p.server_id
               and (p.observed_host in ('', 'localhost', '127.0.0.1', '::1') or p.observed_host like '/%'))
     order by (i.instance_id = m.instance_id) desc, i.instance_id limit 1) led on true;
comment on view v_pooler is 'One row a pooler: where it leads by its own word, and where the herd''s primary is.';

-- Whoever waits for a primary is told by this, however it came to be published.
create function announce_primary() returns trigger language plpgsql set search_path = matriarch, pg_temp as $$
begin
  perform pg_notify('primary_published', new.herd_id::text);
  return null;
end $$;
create trigger announce_primary after insert or update on herd_term
  for each row when (new.published_at is not null) execute function announce_primary();

-- A run that has the herd knows what it does; what was seen before it ended tells nothing.
create view v_pooler_problem as
with pooler_now as (
  select p.*, exists (select from herd_lock l where l.herd_id = p.herd_id) as held,
         exists (select from run r where r.herd_id = p.herd_id and r.locks and r.ended_at >= p.observed_at) as outdated,
         p.name || ' on ' || p.server as label
    from v_pooler p)
select 'pooler-drift' as kind, 'pooler-drift ' || pooler_id as key, 'critical' as severity, server_id, herd_id, null::bigint as instance_id,
       case when observed_missing <> '{}' then format('pooler %s does not have %s; the primary is %s:%s (%s)', label, array_to_string(observed_missing, ', '), expected_address, expected_port, expected_server)
            else format('pooler %s leads to %s%s, and the primary is %s:%s (%s)', label, array_to_string(observed_leads, ' and '),
                        coalesce(' (' || leads_server || ')', ''), expected_address, expected_port, expected_server) end as detail
  from pooler_now where state = 'drift' and not held and not outdated
union all
select 'pooler-paused', 'pooler-paused ' || pooler_id, 'critical', server_id, herd_id, null,
       format('pooler %s is paused since %s UTC or longer%s%s', label, to_char(paused_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
              case when held then '' else ', and no run of ours holds it' end,
              case when observed_waiting > 0 then format('; %s clients wait', observed_waiting) else '' end)
  from pooler_now
 where observed_paused and observed_error is null and (not held and not outdated or paused_since < now() - interval '5 minutes')
union all
select 'pooler-unreachable', 'pooler-unreachable ' || pooler_id, 'warning', server_id, herd_id, null,
       format('pooler %s does not answer: %s', label, left(observed_error, 500))
  from pooler_now where observed_error is not null;
comment on view v_pooler_problem is 'What is wrong with poolers at this moment.';

alter view v_problem_now rename to v_problem_of_servers;
comment on view v_problem_of_servers is 'What is wrong with servers, herds and instances at this moment.';
create view v_problem_now as
select * from v_problem_of_servers union all select * from v_pooler_problem;
comment on view v_problem_now is 'What is wrong at this moment, as far as the inventory tells.';

insert into watch_turn (name, at) values ('poolers', '-infinity');
