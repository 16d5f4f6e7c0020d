package io.matriarch.api;

import io.matriarch.database.Query;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Listings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The instances of the herds of one page, read at once. */
@Component
class Members {

  private final Listings listings;

  Members(Listings listings) {
    this.listings = listings;
  }

  Map<Long, List<InstanceRow>> of(Collection<Long> herds) {
    if (herds.isEmpty()) {
      return Map.of();
    }
    String[] ids = herds.stream().map(String::valueOf).toArray(String[]::new);
    Query query = Query.all().and(Query.Filter.equal("herdId", ids)).window(0, Integer.MAX_VALUE);
    return listings.instances().page(query).stream()
        .collect(Collectors.groupingBy(InstanceRow::herdId));
  }

  /** Standbys that could take over from a primary, ordered as view v_dr_pair does. */
  static List<InstanceRow> ranked(
      List<InstanceRow> members, long primaryId, @Nullable String primarySite) {
    List<@Nullable Integer> timelines = new ArrayList<>();
    members.stream().filter(m -> m.id() == primaryId).forEach(m -> timelines.add(m.timeline()));
    return members.stream()
        .filter(m -> m.role().equals("standby") && timelines.contains(m.timeline()))
        .sorted(
            Comparator.comparing((InstanceRow m) -> Objects.equals(m.site(), primarySite))
                .thenComparing(m -> !m.state().equals("standby"))
                .thenComparing(
                    InstanceRow::lagBytes, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(InstanceRow::id))
        .toList();
  }
}
