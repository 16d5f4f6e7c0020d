-- Who becomes primary when nobody is named: what people wish comes first.

alter table instance
  add preference text not null default 'neutral' check (preference in ('prefer', 'neutral', 'avoid', 'never')),
  add edits int not null default 0;
comment on column instance.preference is 'Set by people: whether a switch by rule should choose this instance. never: it may not become primary.';
comment on column instance.edits is 'How often people edited it; an edit of an older state is refused. Facts do not count.';

create function is_synchronous(instance bigint) returns boolean language sql stable set search_path = matriarch, pg_temp as $$
  select exists (
    select from instance i
    join server s using (server_id)
    join instance p on p.instance_id = i.upstream_id
    cross join lateral jsonb_array_elements(case when jsonb_typeof(p.standbys) = 'array' then p.standbys else '[]' end) as e
    where i.instance_id = $1 and e ->> 'syncState' in ('sync', 'quorum')
      and (e ->> 'clientAddress' = s.address or e ->> 'applicationName' = i.cluster_name))
$$;
comment on function is_synchronous is 'Whether commits on its upstream wait for this instance, as the upstream last said.';
revoke all on function is_synchronous from public;
grant execute on function is_synchronous to matriarch_app;

create or replace view v_instance as
select i.instance_id, i.server_id, s.name as server, s.site, s.address, i.herd_id, h.name as herd,
       coalesce(h.environment_id, s.environment_id) as environment_id, e.name as environment,
       i.port, i.version, i.version_num, i.cluster_name, i.data_directory, i.role, i.state, i.online, i.state_reason,
       i.timeline, coalesce(i.write_lsn, i.replay_lsn, i.checkpoint_lsn) as lsn, i.write_lsn, i.receive_lsn, i.replay_lsn,
       i.lag_bytes, i.lag_at,
       case when i.role <> 'standby' then null
            when i.lag_bytes is null then 'unknown'
            when i.lag_bytes < 0 then 'ahead of an older sample of the primary'
            else 'measured' end as lag_kind,
       i.upstream_id, us.name as upstream, i.upstream ->> 'status' as upstream_status,
       i.connections, i.max_connections, i.size_bytes, i.manager, i.pending_restart, i.copy,
       i.observed_at, i.reported_at, i.probed_at, greatest(i.reported_at, i.probed_at) as seen_at, i.missing_since,
       coalesce(r.interval_seconds, 30) as interval_seconds,
       case when greatest(i.reported_at, i.probed_at) is null then 'silent'
            when now() - greatest(i.reported_at, i.probed_at) > make_interval(secs => (select value::float8 from setting where name = 'report.silent_after') * coalesce(r.interval_seconds, 30)) then 'silent'
            when now() - greatest(i.reported_at, i.probed_at) > make_interval(secs => (select value::float8 from setting where name = 'report.stale_after') * coalesce(r.interval_seconds, 30)) then 'stale'
            else 'fresh' end as freshness,
       r.unreachable_since, r.host_key_alarm_at, i.preference, i.edits
from instance i
join server s using (server_id)
join herd h using (herd_id)
left join environment e on e.environment_id = coalesce(h.environment_id, s.environment_id)
left join instance ui on ui.instance_id = i.upstream_id
left join server us on us.server_id = ui.server_id
left join server_report r on r.server_id = i.server_id;

create or replace view v_dr_pair as
with ranked as (
  select h.herd_id, h.name as herd, h.virtual_host, e.environment_id, e.name as environment,
         p.instance_id as primary_id, ps.name as primary_server, ps.site as primary_site, p.state as primary_state,
         s.instance_id as standby_id, ss.name as standby_server, ss.site as standby_site, s.state as standby_state,
         s.lag_bytes, s.lag_at, ss.site is not distinct from ps.site as same_site,
         greatest(p.reported_at, p.probed_at) as primary_seen_at, greatest(s.reported_at, s.probed_at) as standby_seen_at,
         row_number() over (partition by h.herd_id
           order by (ss.site is distinct from ps.site) desc, s.preference = 'never', (s.state = 'standby') desc,
                    array_position(array['prefer', 'neutral', 'avoid', 'never'], s.preference), s.lag_bytes nulls last, s.instance_id) as rank,
         count(*) over (partition by h.herd_id) as candidates
  from herd h
  left join environment e using (environment_id)
  join instance p on p.herd_id = h.herd_id and p.role = 'primary' and not p.copy
  join server ps on ps.server_id = p.server_id
  join instance s on s.herd_id = h.herd_id and s.role = 'standby' and s.timeline is not distinct from p.timeline
  join server ss on ss.server_id = s.server_id
  where p.instance_id = (select v.primary_id from v_herd v where v.herd_id = h.herd_id))
select * from ranked where rank = 1;
comment on view v_dr_pair is
  'One row a herd with a standby: its primary and the best standby at the other site (or, marked same_site, the best one there is). Best: allowed to become primary, reachable, then what people wish, then least lag, unknown lag last.';
