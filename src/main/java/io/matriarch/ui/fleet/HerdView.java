package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.QueryParameters;
import com.vaadin.flow.router.Route;
import io.matriarch.database.Query;
import io.matriarch.discovery.Copies;
import io.matriarch.inventory.Details;
import io.matriarch.inventory.Details.LagSample;
import io.matriarch.inventory.EndpointRow;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.Herds;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.MonitorLogin;
import io.matriarch.inventory.MonitorLogins;
import io.matriarch.inventory.Reign;
import io.matriarch.inventory.Reigns;
import io.matriarch.job.JobQueries;
import io.matriarch.job.Jobs;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.Facts;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.PlainGrid;
import io.matriarch.ui.component.Section;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.job.ActionMenus;
import io.matriarch.ui.watch.HistoryLines;
import io.matriarch.watch.Automatics;
import io.matriarch.watch.CommitStalls;
import io.matriarch.watch.Connectivity;
import io.matriarch.watch.Failures;
import io.matriarch.watch.History;
import io.matriarch.watch.Readiness;
import jakarta.annotation.security.PermitAll;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One herd: who follows whom, its members, lag over the last hours, what was done lately. */
@Route("herds/:id([0-9]{1,18})")
@PermitAll
final class HerdView extends DetailPage {

  private static final Duration BACK = Duration.ofHours(6);
  private static final Set<String> SHOWN =
      Set.of("server", "role", "condition", "timeline", "lsn", "lagBytes", "connections", "seenAt");
  private static final Set<String> ENDPOINT =
      Set.of("name", "at", "leads", "expected", "state", "observedAt");

  private final transient Listings listings;
  private final transient Details details;
  private final transient JobQueries jobs;
  private final Topology topology = new Topology();
  private final PlainGrid<InstanceRow> members;
  private final PlainGrid<EndpointRow> poolers;
  private final Section endpoints;
  private final transient Reigns reigns;
  private final boolean edits;
  private final LagChart chart = new LagChart();
  private final Section lag = new Section("Replay lag, last 6 hours", chart);
  private final Lately lately;
  private final transient History history;
  private final HistoryLines happened = new HistoryLines(8);
  private final Div about = new Div();
  private final transient Readiness readiness;
  private final ReadinessPane ready;
  private boolean primary = true;
  private final boolean checks;
  private final ConnectivityTable reach = new ConnectivityTable();
  private final Section reachable = new Section("Who reaches whom", reach);
  private final CopyNotice copy;
  private final AutomaticPane automatic;
  private final transient Failures failures;
  private final FailureNotice failure;
  private final transient CommitStalls stalls;
  private final CommitNotice waiting;
  private final ScheduledNotice scheduled = new ScheduledNotice();
  private final transient MonitorLogins logins;
  private final MonitorNotice monitor = new MonitorNotice();
  private final Button place = new Button("Place in environment…");

  HerdView(
      Listings listings,
      Details details,
      JobQueries jobs,
      Herds herds,
      Copies copies,
      MonitorLogins logins,
      History history,
      Readiness readiness,
      Failures failures,
      Automatics automatics,
      CommitStalls stalls,
      Jobs confirmed,
      Reigns reigns,
      ActionMenus menus,
      Access access,
      News news) {
    super("herd");
    this.listings = listings;
    this.details = details;
    this.jobs = jobs;
    this.history = history;
    this.readiness = readiness;
    checks = access.allows(Role.OPERATOR, Scope.everywhere());
    ready = new ReadinessPane(() -> readiness.checkNow(id()));
    this.logins = logins;
    lately = new Lately(jobs);
    members =
        new PlainGrid<>(
            "Members", InstanceFields.all().stream().filter(f -> SHOWN.contains(f.key())).toList());
    edits = access.allows(Role.DBA, Scope.everywhere());
    this.reigns = reigns;
    poolers =
        new PlainGrid<>(
            "Endpoints",
            EndpointFields.all().stream().filter(f -> ENDPOINT.contains(f.key())).toList());
    poolers.addButton(EndpointFields.fix(menus));
    endpoints = new Section("Endpoints", poolers);
    if (edits) {
      poolers.addItemClickListener(
          click -> EndpointFields.edit(getUI().orElseThrow(), click.getItem()));
      endpoints.add(adding("Add pooler", "endpoints/new"));
      endpoints.add(adding("Add DNS record", "endpoints/dns/new"));
    }
    copy = new CopyNotice(copies, edits);
    automatic = new AutomaticPane(automatics, edits);
    this.failures = failures;
    failure = new FailureNotice(confirmed, menus);
    this.stalls = stalls;
    waiting = new CommitNotice(menus);
    wide.add(
        failure,
        waiting,
        scheduled,
        copy,
        monitor,
        topology,
        new Section("Members", members),
        endpoints,
        lag,
        new Section("Ready for a switchover", ready),
        reachable);
    narrow.add(
        new Section("What we did to it", lately),
        new Section("What happened to it", happened),
        new Section("Automatic failover", automatic),
        new Section("About", about));
    topology.whenMoved(
        (standby, upstream) ->
            menus.ask(
                "instance.follow",
                List.of(Target.instance(standby)),
                Map.of("upstream", String.valueOf(upstream))));
    addButtons(menus.of(TargetKind.HERD, () -> List.of(Target.herd(id()))));
    place.setVisible(false);
    if (edits) {
      place.addClickListener(click -> askPlace(herds));
      addButtons(
          place,
          new Button("Edit", click -> getUI().orElseThrow().navigate("herds/" + id() + "/edit")));
    }
    news.follow(this, News.INVENTORY, this::refresh);
    news.follow(this, News.INVENTORY, this::refreshHappened);
    news.follow(this, News.PROBLEM, this::refreshHappened);
    news.follow(this, News.JOB, this::refreshJobs);
    news.follow(
        this, News.READINESS, herd -> herd.equals(String.valueOf(id())), this::refreshReady);
  }

  @Override
  boolean open(long id) {
    Optional<HerdRow> herd = listings.herds().byKey(id);
    if (herd.isPresent()) {
      titled(herd.get().name());
      refresh();
      refreshHappened();
      refreshJobs();
      refreshReady();
      return true;
    }
    return false;
  }

  private void refresh() {
    listings.herds().byKey(id()).ifPresent(this::show);
  }

  private void show(HerdRow herd) {
    List<InstanceRow> rows =
        listings
            .instances()
            .page(Query.all().and(Query.Filter.equal("herdId", String.valueOf(id()))));
    subtitled(
        new Span(Objects.requireNonNullElse(herd.environment(), "unassigned") + " "),
        new StateBadge(States.of(herd)));
    place.setVisible(herd.environmentId() == null);
    copy.show(rows);
    Optional<MonitorLogin> login = logins.find(id());
    monitor.show(login.isPresent() ? logins.looks(id()) : List.of());
    topology.show(rows);
    members.setItems(
        rows.stream()
            .sorted(
                Comparator.comparing((InstanceRow r) -> !r.role().equals("primary"))
                    .thenComparing(InstanceRow::server))
            .toList());
    boolean runs = rows.stream().anyMatch(r -> r.state().equals("primary"));
    if (runs != primary) {
      primary = runs;
      refreshReady();
    }
    showEndpoints();
    List<LagSample> samples = details.lag(id(), BACK);
    chart.show(
        samples, rows.stream().collect(Collectors.toMap(InstanceRow::id, InstanceRow::server)));
    chart.setVisible(!samples.isEmpty());
    lag.aside(worst(samples, rows));
    about.removeAll();
    about.add(
        new Facts()
            .fact("Primary", primary())
            .optional("Description", herd.description())
            .optional("Owner", herd.owner())
            .optional("Tags", String.join(" ", herd.tags()))
            .optional("Virtual host", herd.virtualHost())
            .fact(
                "Read",
                login.map(HerdView::read).orElse("through SSH, as the owner of each instance"))
            .fact("PostgreSQL", herd.postgresVersion())
            .mono("System identifier", herd.systemIdentifier())
            .optional("Lineage", herd.lineage() == 1 ? null : String.valueOf(herd.lineage()))
            .optional("Port", herd.port() == null ? null : herd.port().toString())
            .optional("Data directory", herd.dataDirectory()));
  }

  private void showEndpoints() {
    List<EndpointRow> rows =
        listings
            .endpoints()
            .page(Query.all().and(Query.Filter.equal("herdId", String.valueOf(id()))));
    poolers.setItems(rows);
    poolers.setVisible(!rows.isEmpty());
    endpoints.aside(
        rows.isEmpty() ? "none known: clients are disconnected when the primary is switched" : "");
  }

  private Button adding(String label, String route) {
    return new Button(
        label,
        click ->
            getUI()
                .orElseThrow()
                .navigate(route, QueryParameters.of("herd", String.valueOf(id()))));
  }

  /** By the record, which tools follow; the members above are what was seen. */
  private Span primary() {
    Reign reign = reigns.of(id()).orElse(null);
    if (reign == null) {
      return new Span("unknown");
    }
    String where =
        Objects.requireNonNullElse(reign.server(), reign.address()) + ":" + reign.port() + ", ";
    return reign.term() == null
        ? new Span(
            new Span(where + "none published; seen "), new Age(reign.observedAt()).suffix(" ago"))
        : new Span(
            new Span("%sterm %d, published ".formatted(where, reign.term())),
            new Age(reign.publishedAt()).suffix(" ago"));
  }

  private static String read(MonitorLogin login) {
    return "by SQL as %s, database %s".formatted(login.login(), login.database());
  }

  private void askPlace(Herds herds) {
    listings
        .herds()
        .byKey(id())
        .ifPresent(
            herd -> new PlaceDialog(herds, listings, List.of(herd), 1, this::refresh).open());
  }

  private static String worst(List<LagSample> samples, List<InstanceRow> rows) {
    Map<Long, String> names =
        rows.stream().collect(Collectors.toMap(InstanceRow::id, InstanceRow::server));
    return samples.stream()
        .filter(s -> s.lagBytes() != null)
        .max(
            Comparator.comparing(
                LagSample::lagBytes, Comparator.nullsFirst(Comparator.naturalOrder())))
        .map(
            s ->
                s.lagBytes() == null || s.lagBytes() <= 0
                    ? "never behind"
                    : "worst %s, %s"
                        .formatted(
                            Figures.bytes(s.lagBytes()), names.getOrDefault(s.instanceId(), "?")))
        .orElse("no samples yet");
  }

  private void refreshHappened() {
    automatic.show(id());
    failure.show(id(), failures.ofHerd(id()));
    waiting.show(id(), stalls.ofHerd(id()));
    happened.show(history.ofHerd(id(), happened.wanted()));
  }

  private void refreshReady() {
    ready.show(readiness.ofHerd(id()), primary, checks);
    Optional<Connectivity> tried = readiness.connectivity(id());
    reachable.setVisible(tried.isPresent());
    tried.ifPresent(reach::show);
  }

  private void refreshJobs() {
    lately.show(jobs.runsOfHerd(id(), 8));
    scheduled.show(jobs.scheduledOn(id()));
  }
}
