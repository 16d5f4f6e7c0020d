package io.matriarch.ui.watch;

import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.Route;
import io.matriarch.database.Query;
import io.matriarch.database.Quotes;
import io.matriarch.inventory.EnvironmentRow;
import io.matriarch.inventory.Listings;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRow;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Page;
import io.matriarch.ui.component.Section;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.StateText;
import io.matriarch.ui.component.Time;
import io.matriarch.ui.component.Tone;
import io.matriarch.ui.job.RunStates;
import io.matriarch.watch.History;
import io.matriarch.watch.ProblemRow;
import io.matriarch.watch.Problems;
import jakarta.annotation.security.PermitAll;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fleet at a glance: what is where and how it is, what is wrong, what is being done. */
@Route("")
@PermitAll
final class OverviewView extends Page {

  private static final int LINES = 10;

  /** Conditions as the Instances grid knows them, from good to bad. */
  private static final List<StateText> CONDITIONS =
      List.of(
          StateText.of("online", Tone.OK),
          StateText.of("stale", Tone.WARN),
          StateText.of("stopped", Tone.IDLE),
          StateText.of("silent", Tone.BAD),
          StateText.of("unreachable", Tone.BAD),
          StateText.of("gone", Tone.BAD));

  private final transient Listings listings;
  private final transient Problems problems;
  private final transient JobQueries jobs;
  private final Div matrix = new Div();
  private final Div wrong = new Div();
  private final Section wrongSection = new Section("Problems", wrong);
  private final Div running = new Div();
  private final Div scheduled = new Div();
  private final Section scheduledSection = new Section("Scheduled", scheduled);
  private final Div lately = new Div();
  private final Div first = new Div();
  private final Div unplaced = new Div();
  private final HistoryLines happened = new HistoryLines(LINES);
  private final transient History history;
  private final boolean edits;

  OverviewView(
      Listings listings,
      Problems problems,
      History history,
      JobQueries jobs,
      Access access,
      News news) {
    super("Overview", "overview");
    this.listings = listings;
    this.problems = problems;
    this.jobs = jobs;
    this.history = history;
    edits = access.allows(Role.DBA, Scope.everywhere());
    Div wide =
        new Div(
            first,
            new Section("Instances by environment", matrix, unplaced),
            wrongSection,
            new Section("What changed", happened));
    wide.addClassName("wide");
    Div narrow =
        new Div(
            new Section("Running now", running),
            scheduledSection,
            new Section("Jobs lately", lately));
    narrow.addClassName("narrow");
    Div body = addBody();
    body.addClassName("detail");
    body.add(wide, narrow);
    Span live = new Span("live");
    live.addClassName("live");
    addFoot(live);
    showFleet();
    showProblems();
    showHappened();
    showJobs();
    news.follow(this, News.INVENTORY, this::showFleet);
    news.follow(this, News.INVENTORY, this::showHappened);
    news.follow(this, News.PROBLEM, this::showProblems);
    news.follow(this, News.PROBLEM, this::showHappened);
    news.follow(this, News.JOB, this::showJobs);
  }

  private void showFleet() {
    matrix.removeAll();
    matrix.addClassName("matrix");
    line(matrix, "headings", headings());
    List<String> places =
        new ArrayList<>(
            listings.environments().page(Query.all()).stream().map(EnvironmentRow::name).toList());
    if (count("unassigned", null) > 0) {
      places.add("unassigned");
    }
    places.forEach(place -> line(matrix, "row", row(place)));
    showUnplaced();
    showFirstSteps();
  }

  /** One who may place herds is told which wait for it. */
  private void showUnplaced() {
    unplaced.removeAll();
    long herds =
        edits
            ? listings
                .herds()
                .total(Query.all().and(Query.Filter.equal("environmentId", "unknown")))
            : 0;
    if (herds > 0) {
      String text = Figures.count(herds, "herd is", "herds are") + " in no environment. ";
      unplaced.add(quiet(text), link("Place them", "herds?environment=unassigned", ""));
    }
  }

  private void showHappened() {
    happened.show(history.lately(happened.wanted()));
  }

  private static List<Span> headings() {
    List<Span> cells = new ArrayList<>();
    cells.add(new Span("Environment"));
    cells.add(new Span("Instances"));
    CONDITIONS.forEach(condition -> cells.add(new Span(condition.word())));
    return cells;
  }

  private List<com.vaadin.flow.component.Component> row(String place) {
    List<com.vaadin.flow.component.Component> cells = new ArrayList<>();
    Anchor name = link(place, "instances?environment=" + encoded(place), "strong");
    name.setTitle(place);
    cells.add(name);
    cells.add(
        link(Figures.count(count(place, null)), "instances?environment=" + encoded(place), ""));
    for (StateText condition : CONDITIONS) {
      long number = count(place, condition.word());
      cells.add(
          number == 0
              ? quiet("–")
              : link(
                  condition.tone().sign() + " " + Figures.count(number),
                  "instances?condition=" + condition.word() + "&environment=" + encoded(place),
                  condition.tone().style()));
    }
    return cells;
  }

  private long count(String place, @org.jspecify.annotations.Nullable String condition) {
    Query query = Query.all().and(Query.Filter.equal("environment", place));
    return listings
        .instances()
        .total(condition == null ? query : query.and(Query.Filter.equal("condition", condition)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(Quotes.written(text), StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Span quiet(String text) {
    Span span = new Span(text);
    span.addClassName("mute");
    return span;
  }

  private static Anchor link(String text, String to, String style) {
    Anchor link = new Anchor(to, text);
    link.getElement().setAttribute("router-link", true);
    if (!style.isEmpty()) {
      link.addClassName(style);
    }
    return link;
  }

  private static void line(
      Div into, String style, List<? extends com.vaadin.flow.component.Component> cells) {
    Div line = new Div();
    cells.forEach(line::add);
    line.addClassName(style);
    into.add(line);
  }

  /** From empty to the first server, until the first report has come. */
  private void showFirstSteps() {
    first.removeAll();
    boolean servers = listings.servers().total(Query.all()) > 0;
    boolean instances = listings.instances().total(Query.all()) > 0;
    if (!servers) {
      first.add(
          edits
              ? new Empty(
                  "Welcome. The fleet is empty.",
                  "Add the first server: you are shown the key to install, its host key is scanned for you to compare, and the connection is tried.",
                  button("Add the first server", "servers/new"),
                  button("Add an environment", "environments/new"))
              : new Empty(
                  "The fleet is empty.", "Somebody with the role dba adds the first server."));
    } else if (!instances) {
      first.add(
          new Empty(
              "Waiting for the first report",
              "Servers are registered, but no agent has reported yet. Install agent-report on them with the token that was shown; instances appear here by themselves.",
              button("Servers", "servers")));
    }
  }

  private static Anchor button(String text, String to) {
    return link(text, to, "button");
  }

  private void showProblems() {
    wrong.removeAll();
    long all = problems.openCount();
    wrongSection.aside(all == 0 ? "none" : Figures.count(all));
    for (ProblemRow problem : problems.open(LINES)) {
      String to = ProblemTexts.link(problem);
      Span age = new Span(new Age(problem.firstSeen()));
      age.addClassName("mute");
      Span where = quiet(ProblemTexts.where(problem));
      Div line =
          new Div(
              new StateBadge(StateText.of(ProblemTexts.kind(problem), ProblemTexts.tone(problem))),
              link(problem.detail(), to == null ? "problems" : to, "plainlink"),
              where,
              age);
      line.addClassName("problemline");
      wrong.add(line);
    }
    if (all > LINES) {
      wrong.add(link("All " + Figures.count(all) + " problems", "problems", ""));
    }
    if (all == 0) {
      wrong.add(quiet("Nothing is wrong that the console knows of."));
    }
  }

  private void showJobs() {
    Query busy =
        Query.all()
            .and(Query.Filter.equal("state", "RUNNING", "QUEUED"))
            .and(Query.Filter.equal("scheduled", "false"))
            .window(0, LINES);
    List<JobRow> waiting =
        jobs.jobs()
            .page(
                Query.all()
                    .and(Query.Filter.equal("scheduled", "true"))
                    .sortedBy(List.of(new Query.Sort("notBefore", false)))
                    .window(0, LINES));
    fill(scheduled, waiting, "");
    scheduledSection.setVisible(!waiting.isEmpty());
    fill(running, jobs.jobs().page(busy), "Nothing is running.");
    fill(lately, jobs.jobs().page(Query.all().window(0, LINES)), "Nothing was done yet.");
  }

  private static void fill(Div into, List<JobRow> rows, String nothing) {
    into.removeAll();
    if (rows.isEmpty()) {
      into.add(quiet(nothing));
    }
    for (JobRow job : rows) {
      Div line =
          new Div(
              link(job.label(), "jobs/" + job.id(), ""),
              new StateBadge(RunStates.of(job)),
              job.scheduled()
                  ? new Time(job.window().notBefore()).toTheMinute()
                  : new Age(job.confirmedAt()).suffix(" ago"));
      line.addClassName("lateline");
      into.add(line);
    }
  }
}
