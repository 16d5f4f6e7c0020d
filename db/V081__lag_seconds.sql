-- The lag of all standbys at once: a function for each of ten thousand took the better part of a minute.

create view v_lag_seconds as
select i.instance_id,
       case when i.lag_bytes is null then null
            when i.lag_bytes <= 0 then 0
            else coalesce(t.seconds, greatest(extract(epoch from w.lsn_at - greatest(i.caught_up_at, i.replayed_at)), 0)) end as seconds
  from instance i
  join server s using (server_id)
  left join instance u on u.instance_id = i.upstream_id
  left join lateral (
    select max(coalesce((e ->> 'replayLagSeconds')::float8, 0)) as seconds
      from jsonb_array_elements(case when jsonb_typeof(u.standbys) = 'array' then u.standbys else '[]' end) as e
     where i.lag_bytes > 0 and i.state = 'standby' and e ->> 'state' = 'streaming'
       and (e ->> 'clientAddress' = s.address or e ->> 'applicationName' = i.cluster_name)) t on true
  left join lateral (
    select p.lsn_at from instance p
     where i.lag_bytes > 0 and p.herd_id = i.herd_id and p.role = 'primary' and not p.copy
     order by (p.state = 'primary') desc, p.timeline desc nulls last, p.instance_id limit 1) w on true;
comment on view v_lag_seconds is
  'How far each instance is behind in time: by the word of the upstream it streams from, else from when it last had everything, or from its last replayed commit, to the last look at the primary; 0 when nothing is missing, NULL when a position is unknown.';

create or replace function lag_seconds(instance bigint) returns float8 language sql stable set search_path = matriarch, pg_temp as $$
  select seconds from v_lag_seconds where instance_id = $1
$$;
comment on function lag_seconds is 'v_lag_seconds of one instance.';
