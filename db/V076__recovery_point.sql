-- How far the DR standby was behind at worst, and how that compares with what an environment aims for.

create table instance_lag_day (
  instance_id    bigint not null references instance on delete cascade,
  day            date not null,
  lag_bytes      bigint not null,
  lag_bytes_at   timestamptz not null,
  lag_seconds    float8,
  lag_seconds_at timestamptz,
  primary key (instance_id, day)
);
comment on table instance_lag_day is 'The worst replay lag of each standby on each day (UTC), looked at every minute, also while it does not run. Kept for 31 days.';
insert into watch_turn (name, at) values ('lag-day', '-infinity');

alter table instance add column caught_up_at timestamptz;
comment on column instance.caught_up_at is 'The last moment of which it is known that a standby had replayed all that its primary had written.';

create function streaming_lag(instance bigint) returns float8 language sql stable set search_path = matriarch, pg_temp as $$
  select max(coalesce((e ->> 'replayLagSeconds')::float8, 0))
    from instance i
    join server s using (server_id)
    join instance u on u.instance_id = i.upstream_id
    cross join lateral jsonb_array_elements(case when jsonb_typeof(u.standbys) = 'array' then u.standbys else '[]' end) as e
   where i.instance_id = $1 and i.state = 'standby' and e ->> 'state' = 'streaming'
     and (e ->> 'clientAddress' = s.address or e ->> 'applicationName' = i.cluster_name)
$$;
comment on function streaming_lag is 'Seconds that a standby is behind by the word of the upstream it streams from; NULL if it does not stream.';
revoke all on function streaming_lag from public;
grant execute on function streaming_lag to matriarch_app;

create function lag_seconds(instance bigint) returns float8 language sql stable set search_path = matriarch, pg_temp as $$
  select case when i.lag_bytes is null then null
              when i.lag_bytes <= 0 then 0
              else coalesce(streaming_lag($1), greatest(extract(epoch from w.lsn_at - greatest(i.caught_up_at, i.replayed_at)), 0)) end
    from instance i
    left join lateral (
      select p.lsn_at from instance p
       where p.herd_id = i.herd_id and p.role = 'primary' and not p.copy
       order by (p.state = 'primary') desc, p.timeline desc nulls last, p.instance_id limit 1) w on true
   where i.instance_id = $1
$$;
comment on function lag_seconds is
  'How far a standby is behind in time: by the word of the upstream it streams from, else from when it last had everything, or from its last replayed commit, to the last look at the primary; 0 when nothing is missing, NULL when a position is unknown.';
revoke all on function lag_seconds from public;
grant execute on function lag_seconds to matriarch_app;

create view v_worst_lag as
select * from instance_lag_day where day > (now() at time zone 'UTC')::date - 30;
comment on view v_worst_lag is 'The worst lag of each day of the last 30.';

drop view v_dr_pair;
create view v_dr_pair as
select h.herd_id, h.name as herd, h.virtual_host, e.environment_id, e.name as environment, e.lag_objective_seconds,
       p.instance_id as primary_id, ps.name as primary_server, ps.site as primary_site, p.state as primary_state,
       s.instance_id as standby_id, s.server as standby_server, s.site as standby_site, s.state as standby_state,
       s.lag_bytes, s.lag_at, s.site is not distinct from ps.site as same_site,
       greatest(p.reported_at, p.probed_at) as primary_seen_at, greatest(s.reported_at, s.probed_at) as standby_seen_at,
       (select count(*) from instance c
         where c.herd_id = h.herd_id and c.role = 'standby' and c.timeline is not distinct from p.timeline) as candidates,
       lag_seconds(s.instance_id) as lag_seconds,
       (select l.lag_bytes from v_worst_lag l where l.instance_id = s.instance_id order by l.lag_bytes desc, l.day desc limit 1) as worst_lag_bytes,
       (select l.lag_bytes_at from v_worst_lag l where l.instance_id = s.instance_id order by l.lag_bytes desc, l.day desc limit 1) as worst_lag_bytes_at,
       (select l.lag_seconds from v_worst_lag l where l.instance_id = s.instance_id order by l.lag_seconds desc nulls last, l.day desc limit 1) as worst_lag_seconds,
       (select l.lag_seconds_at from v_worst_lag l where l.instance_id = s.instance_id order by l.lag_seconds desc nulls last, l.day desc limit 1) as worst_lag_seconds_at,
       (select d.job_id from v_drill d where d.herd_id = h.herd_id order by d.run_id desc limit 1) as drill_job_id,
       (select d.state from v_drill d where d.herd_id = h.herd_id order by d.run_id desc limit 1) as drill_state,
       (select coalesce(d.back_ended_at, d.out_ended_at) from v_drill d where d.herd_id = h.herd_id order by d.run_id desc limit 1) as drilled_at,
       (select v.ready from v_herd_ready v where v.herd_id = h.herd_id) as ready,
       (select v.ready_reasons from v_herd_ready v where v.herd_id = h.herd_id) as ready_reasons,
       (select v.ready_at from v_herd_ready v where v.herd_id = h.herd_id) as ready_at
from herd h
left join environment e using (environment_id)
-- As v_herd chooses it.
join lateral (
  select i.* from instance i
   where i.herd_id = h.herd_id and i.role = 'primary' and not i.copy
   order by (i.state = 'primary') desc, i.timeline desc nulls last, i.instance_id limit 1) p on true
join server ps on ps.server_id = p.server_id
join lateral (
  select i.*, o.name as server, o.site from instance i join server o using (server_id)
   where i.herd_id = h.herd_id and i.role = 'standby' and i.timeline is not distinct from p.timeline
   order by (o.site is distinct from ps.site) desc, i.preference = 'never', (i.state = 'standby') desc,
            array_position(array['prefer', 'neutral', 'avoid', 'never'], i.preference), i.lag_bytes nulls last, i.instance_id limit 1) s on true;
comment on view v_dr_pair is
  'One row a herd with a standby: its primary and the best standby at the other site (or, marked same_site, the best one there is). Best: allowed to become primary, reachable, then what people wish, then least lag, unknown lag last. worst_lag: of that standby in 30 days.';
