package io.matriarch.ui.shell;

import io.matriarch.database.Query;
import io.matriarch.inventory.Listings;
import io.matriarch.job.JobQueries;
import io.matriarch.watch.Problems;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The figures beside the menu, by route. */
@Component
class Counts {

  /** A figure; bad ones are red and not shown when zero. */
  record Count(long number, boolean bad) {}

  private final Listings listings;
  private final JobQueries jobs;
  private final Problems problems;

  Counts(Listings listings, JobQueries jobs, Problems problems) {
    this.listings = listings;
    this.jobs = jobs;
    this.problems = problems;
  }

  Map<String, Count> now() {
    Map<String, Count> counts = new LinkedHashMap<>();
    counts.put("environments", new Count(listings.environments().total(Query.all()), false));
    counts.put("servers", new Count(listings.servers().total(Query.all()), false));
    counts.put("herds", new Count(listings.herds().total(Query.all()), false));
    counts.put("instances", new Count(listings.instances().total(Query.all()), false));
    counts.put("endpoints", new Count(listings.endpoints().total(Query.all()), false));
    counts.put("dr-pairs", new Count(listings.drPairs().total(Query.all()), false));
    counts.put("problems", new Count(problems.openCount(), true));
    Query busy = Query.all().and(Query.Filter.equal("state", "RUNNING", "QUEUED"));
    counts.put("jobs", new Count(jobs.jobs().total(busy), false));
    return counts;
  }
}
