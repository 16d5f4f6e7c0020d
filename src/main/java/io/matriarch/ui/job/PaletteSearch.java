package io.matriarch.ui.job;

import io.matriarch.database.Listing;
import io.matriarch.database.Query;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.ServerRow;
import io.matriarch.job.Action;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRow;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;

/**
 * Finds what one box is asked for: "ord" names herds, instances and servers, "4118" a job, "stop
 * ams-db1" an action on them.
 */
@Component
final class PaletteSearch {

  private static final int EACH = 5;
  private static final int SHORTEST_VERB = 2;

  /** What choosing a hit does. */
  sealed interface Choice {
    /** Opens a page. */
    record Go(String address) implements Choice {}

    /** Shows the plan of an action, to be read and confirmed. */
    record Ask(Action action, Target target) implements Choice {}
  }

  /**
   * One line of the answer.
   *
   * @param group the heading that it stands under
   */
  record Hit(String group, String name, String aside, Choice choice) {}

  private final Listings listings;
  private final JobQueries jobs;
  private final ActionMenus menus;

  PaletteSearch(Listings listings, JobQueries jobs, ActionMenus menus) {
    this.listings = listings;
    this.jobs = jobs;
    this.menus = menus;
  }

  List<Hit> search(String typed) {
    String text = typed.strip();
    List<Hit> hits = new ArrayList<>(actions(text));
    if (text.isEmpty()) {
      hits.addAll(found("Latest jobs", "jobs", jobs.jobs(), "", PaletteSearch::of));
      return hits;
    }
    hits.addAll(found("Herds", "herds", listings.herds(), text, PaletteSearch::of));
    hits.addAll(found("Instances", "instances", listings.instances(), text, PaletteSearch::of));
    hits.addAll(found("Servers", "servers", listings.servers(), text, PaletteSearch::of));
    hits.addAll(found("Jobs", "jobs", jobs.jobs(), text, PaletteSearch::of));
    return hits;
  }

  private static <R> List<Hit> found(
      String group, String path, Listing<R> listing, String text, Function<R, Hit> shown) {
    List<R> rows = page(listing, text, EACH + 1);
    List<Hit> hits = new ArrayList<>();
    for (R row : rows.subList(0, Math.min(EACH, rows.size()))) {
      Hit hit = shown.apply(row);
      hits.add(new Hit(group, hit.name(), hit.aside(), hit.choice()));
    }
    if (rows.size() > EACH && !text.isEmpty()) {
      String address = path + "?q=" + UriUtils.encode(text, StandardCharsets.UTF_8);
      hits.add(new Hit(group, "All " + path + " with “" + text + "”", "", new Choice.Go(address)));
    }
    return hits;
  }

  private static <R> List<R> page(Listing<R> listing, String text, int most) {
    return listing.page(new Query(List.of(), text, List.of(), 0, most));
  }

  private List<Hit> actions(String text) {
    String[] words = text.split("\\s+", 2);
    String verb = words[0].toLowerCase(Locale.ROOT);
    List<Hit> hits = new ArrayList<>();
    if (verb.length() < SHORTEST_VERB) {
      return hits;
    }
    for (TargetKind kind : TargetKind.values()) {
      for (Action action : menus.actions(kind)) {
        if (action.label().toLowerCase(Locale.ROOT).startsWith(verb)) {
          hits.addAll(words.length < 2 ? List.of(start(action, kind)) : on(action, kind, words[1]));
        }
      }
    }
    return hits;
  }

  private static Hit start(Action action, TargetKind kind) {
    return new Hit(
        "Actions",
        action.label() + " " + Nouns.many(kind) + "…",
        "tick them in the grid, or type a name here",
        new Choice.Go(Nouns.many(kind)));
  }

  private List<Hit> on(Action action, TargetKind kind, String text) {
    return switch (kind) {
      case INSTANCE ->
          page(listings.instances(), text, EACH).stream()
              .map(row -> ask(action, Target.instance(row.id()), of(row)))
              .toList();
      case HERD ->
          page(listings.herds(), text, EACH).stream()
              .map(row -> ask(action, Target.herd(row.id()), of(row)))
              .toList();
      case SERVER ->
          page(listings.servers(), text, EACH).stream()
              .map(row -> ask(action, Target.server(row.id()), of(row)))
              .toList();
    };
  }

  private static Hit ask(Action action, Target target, Hit on) {
    return new Hit(
        "Actions",
        action.label() + " " + on.name() + "…",
        target.kind().name().toLowerCase(Locale.ROOT) + " · " + on.aside(),
        new Choice.Ask(action, target));
  }

  private static Hit of(InstanceRow row) {
    return new Hit(
        "",
        row.herd() + " · " + row.server() + (row.port() == null ? "" : ":" + row.port()),
        aside(row.role(), row.environment(), row.version()),
        new Choice.Go("instances/" + row.id()));
  }

  private static Hit of(HerdRow row) {
    return new Hit(
        "",
        row.name(),
        aside(row.members() == 1 ? "1 member" : row.members() + " members", row.environment()),
        new Choice.Go("herds/" + row.id()));
  }

  private static Hit of(ServerRow row) {
    return new Hit(
        "",
        row.name(),
        aside(row.address(), row.environment(), row.site()),
        new Choice.Go("servers/" + row.id()));
  }

  private static Hit of(JobRow row) {
    return new Hit(
        "",
        row.id() + " · " + row.label(),
        aside(RunStates.of(row.state()).word(), row.requestedBy()),
        new Choice.Go("jobs/" + row.id()));
  }

  private static String aside(@Nullable String... parts) {
    List<String> known = new ArrayList<>();
    for (String part : parts) {
      if (part != null && !part.isEmpty()) {
        known.add(part);
      }
    }
    return String.join(" · ", known);
  }
}
