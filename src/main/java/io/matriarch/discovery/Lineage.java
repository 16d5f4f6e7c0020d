package io.matriarch.discovery;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who follows whom, who is a copy, and how far behind: what follows from the rows of a herd. */
final class Lineage {

  private final JdbcClient jdbc;

  Lineage(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Recomputes all members of these herds, four statements for any number of them. */
  void derive(Collection<Long> herdIds) {
    Long[] herds = herdIds.toArray(Long[]::new);
    run(UPSTREAMS, herds);
    run(HOMES, herds);
    run(COPIES, herds);
    run(LAGS, herds);
  }

  private void run(String sql, @Nullable Long[] herds) {
    jdbc.sql(sql).param("herds", herds).update();
  }

  /**
   * The sender of the running stream comes before what is configured, and that before the address
   * that a primary sees its standby at.
   */
  private static final String UPSTREAMS =
      """
      with follower as (
        select i.instance_id, i.herd_id, i.server_id, i.system_identifier, i.upstream_id,
               i.upstream, i.role, s.address
          from instance i join server s using (server_id) where i.herd_id = any(:herds)),
      named as (
        select f.instance_id, f.herd_id, f.server_id, f.system_identifier, one.host, one.n, e.rank,
               case when e.port ~ '^[0-9]{1,5}$' then e.port::int end as port
          from follower f
         cross join lateral (values
               (f.upstream ->> 'senderHost', f.upstream ->> 'senderPort', 1),
               (f.upstream ->> 'host', f.upstream ->> 'port', 2)) as e(host, port, rank)
         cross join lateral unnest(string_to_array(lower(e.host), ',')) with ordinality as one(host, n)
         where f.role = 'standby'),
      found as (
        select n.instance_id, u.instance_id as upstream_id, n.rank, n.n
          from named n
          join instance u on u.herd_id = n.herd_id and u.instance_id <> n.instance_id
                         and coalesce(u.port, u.configured_port) = n.port
                         and u.system_identifier is not distinct from n.system_identifier
          join server us on us.server_id = u.server_id
          left join server_report ur on ur.server_id = u.server_id
         where n.host in (lower(us.name), lower(us.address), lower(ur.hostname))
            or us.server_id = n.server_id
               and (n.host in ('localhost', '127.0.0.1', '::1') or n.host like '/%')
            or n.host !~ '^[0-9.]+$' and n.host !~ ':'
               and split_part(n.host, '.', 1)
                   in (split_part(lower(us.name), '.', 1), split_part(lower(us.address), '.', 1))
        union all
        select f.instance_id, u.instance_id, 3, 1
          from follower f
          join instance u on u.herd_id = f.herd_id and u.instance_id <> f.instance_id
          join lateral jsonb_array_elements(u.standbys) as seen on seen ->> 'clientAddress' = f.address
         where f.role = 'standby' and u.server_id <> f.server_id
           and not exists (select from instance other
                            where other.server_id = f.server_id and other.herd_id = f.herd_id
                              and other.instance_id <> f.instance_id)),
      best as (
        select distinct on (instance_id) instance_id, upstream_id from found
         order by instance_id, rank, n, upstream_id)
      update instance i set upstream_id = b.upstream_id
        from follower f left join best b using (instance_id)
       where i.instance_id = f.instance_id and i.upstream_id is distinct from b.upstream_id
      """;

  /**
   * A herd that formed itself belongs where its original is: of two that accept writes in different
   * environments that is the one with standbys, else the one on the older timeline.
   */
  private static final String HOMES =
      """
      with writer as (
        select i.herd_id, i.instance_id, s.environment_id, i.timeline,
               exists (select from instance f where f.upstream_id = i.instance_id) as followed
          from instance i join server s using (server_id)
         where i.herd_id = any(:herds) and i.state = 'primary' and not i.copy),
      original as (
        select distinct on (herd_id) herd_id, environment_id from writer
         where herd_id in (select herd_id from writer group by herd_id
                            having count(distinct environment_id) > 1)
         order by herd_id, followed desc, timeline nulls last, instance_id)
      update herd h set environment_id = o.environment_id, updated_at = now()
        from original o
       where h.herd_id = o.herd_id and h.version = 1 and h.named_from is not null
         and h.environment_id is distinct from o.environment_id
         and not exists (select from herd other where other.name = h.name
                            and other.environment_id is not distinct from o.environment_id
                            and other.herd_id <> h.herd_id)
      """;

  /** A writable fork in another environment that nobody follows: no split brain. */
  private static final String COPIES =
      """
      update instance i set copy = true
        from herd h, server s
       where i.herd_id = any(:herds) and h.herd_id = i.herd_id and s.server_id = i.server_id
         and i.state = 'primary' and not i.copy
         and s.environment_id <> h.environment_id
         and i.standbys = '[]'
         and not exists (select from instance f where f.upstream_id = i.instance_id)
         and exists (select from instance p join server ps on ps.server_id = p.server_id
                      where p.herd_id = i.herd_id and p.instance_id <> i.instance_id
                        and p.role = 'primary' and not p.copy and p.timeline <> i.timeline
                        and ps.environment_id = h.environment_id)
      """;

  private static final String LAGS =
      """
      with writer as (
        select distinct on (herd_id) herd_id, write_lsn, lsn_at from instance
         where herd_id = any(:herds) and role = 'primary' and not copy
         order by herd_id, (state = 'primary') desc, timeline desc nulls last, instance_id),
      measured as (
        select i.instance_id,
               case when i.role = 'standby' then (w.write_lsn - i.replay_lsn)::bigint end as bytes,
               case when i.role = 'standby' and w.write_lsn is not null and i.replay_lsn is not null
                    then least(w.lsn_at, i.lsn_at) end as at
          from instance i left join writer w using (herd_id) where i.herd_id = any(:herds))
      update instance i set lag_bytes = m.bytes, lag_at = m.at,
             caught_up_at = greatest(i.caught_up_at,
               case when m.bytes <= 0 then m.at else m.at - make_interval(secs => streaming_lag(i.instance_id)) end)
        from measured m
       where i.instance_id = m.instance_id
         and (i.lag_bytes, i.lag_at) is distinct from (m.bytes, m.at)
      """;
}
