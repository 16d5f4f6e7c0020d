package io.matriarch.api;

import io.matriarch.inventory.DrPairRow;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/dr-pairs")
@Tag(name = "dr-pairs", description = "Each herd's primary and its best standby at the other site")
class DrPairsApi {

  private final Listings listings;
  private final Members members;
  private final Clock clock;

  DrPairsApi(Listings listings, Members members, Clock clock) {
    this.listings = listings;
    this.members = members;
    this.clock = clock;
  }

  @GetMapping
  @Operation(summary = "List DR pairs")
  Page<DrPairJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.drPairs(), asked.query(), this::shown);
  }

  @GetMapping("/{herdId}")
  @Operation(summary = "The DR pair of one herd")
  DrPairJson show(@PathVariable("herdId") long herdId) {
    return listings
        .drPairs()
        .byKey(herdId)
        .map(row -> shown(List.of(row)).getFirst())
        .orElseThrow(() -> new NotFound("DR pair of a herd", herdId));
  }

  private List<DrPairJson> shown(List<DrPairRow> rows) {
    Map<Long, List<InstanceRow>> found = members.of(rows.stream().map(DrPairRow::herdId).toList());
    Instant now = clock.instant();
    return rows.stream()
        .map(
            row ->
                DrPairJson.of(
                    row,
                    Members.ranked(
                        found.getOrDefault(row.herdId(), List.of()),
                        row.primaryId(),
                        row.primarySite()),
                    now))
        .toList();
  }
}
