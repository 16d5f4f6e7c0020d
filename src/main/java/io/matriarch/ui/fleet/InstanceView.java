package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.Route;
import io.matriarch.discovery.Copies;
import io.matriarch.inventory.Details;
import io.matriarch.inventory.InstanceDetail;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Instances;
import io.matriarch.inventory.Listings;
import io.matriarch.job.JobQueries;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.Facts;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.PlainGrid;
import io.matriarch.ui.component.Section;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.component.Time;
import io.matriarch.ui.job.ActionMenus;
import io.matriarch.ui.watch.HistoryLines;
import io.matriarch.watch.History;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One instance: every fact with its age, slots, standbys, settings, and what was done to it. */
@Route("instances/:id([0-9]{1,18})")
@PermitAll
final class InstanceView extends DetailPage {

  private final transient Listings listings;
  private final transient Details details;
  private final transient JobQueries jobs;
  private final transient Instances instances;
  private final Div facts = new Div();
  private final PlainGrid<Map<String, String>> slots =
      new PlainGrid<>(
          "Replication slots",
          List.of(
              text("name", "Slot", "180px", 1),
              text("type", "Type", "90px", 0),
              Field.<Map<String, String>>text(
                      "active", "Active", s -> "true".equals(s.get("active")) ? "yes" : "no")
                  .width("80px"),
              text("restartLsn", "Restart LSN", "130px", 0),
              bytes("retainedBytes", "Retained WAL", "120px"),
              text("walStatus", "WAL status", "110px", 0)));
  private final PlainGrid<Map<String, String>> standbys =
      new PlainGrid<>(
          "Connected standbys",
          List.of(
              text("applicationName", "Application name", "180px", 1),
              text("clientAddress", "Address", "130px", 0),
              text("state", "State", "100px", 0),
              text("syncState", "Sync", "90px", 0),
              text("sentLsn", "Sent", "120px", 0),
              text("flushLsn", "Flushed", "120px", 0),
              text("replayLsn", "Replayed", "120px", 0)));
  private final PlainGrid<Map.Entry<String, String>> settings =
      new PlainGrid<>(
          "Settings",
          List.of(
              Field.<Map.Entry<String, String>>text("name", "Setting", Map.Entry::getKey)
                  .style("mono")
                  .width("260px"),
              Field.<Map.Entry<String, String>>text("value", "Value", Map.Entry::getValue)
                  .style("mono")
                  .width("200px")
                  .grow(1)));
  private final Section slotsSection = new Section("Replication slots", slots);
  private final Section standbysSection = new Section("Connected standbys", standbys);
  private final Section settingsSection = new Section("Settings", settings);
  private final Lately lately;
  private final transient History history;
  private final HistoryLines happened = new HistoryLines(10);

  private final CopyNotice copy;

  InstanceView(
      Listings listings,
      Details details,
      JobQueries jobs,
      Copies copies,
      History history,
      ActionMenus menus,
      Instances instances,
      Access access,
      News news) {
    super("instance");
    this.instances = instances;
    this.listings = listings;
    this.details = details;
    this.jobs = jobs;
    this.history = history;
    lately = new Lately(jobs);
    copy = new CopyNotice(copies, access.allows(Role.DBA, Scope.everywhere()));
    facts.addClassName("factcolumns");
    wide.add(copy, facts, slotsSection, standbysSection, settingsSection);
    narrow.add(
        new Section("What we did to it", lately), new Section("What happened to it", happened));
    Button preference = new Button("May become primary…", click -> askPreference());
    preference.setVisible(access.allows(Role.DBA, Scope.everywhere()));
    addButtons(preference);
    addButtons(menus.of(TargetKind.INSTANCE, () -> List.of(Target.instance(id()))));
    news.follow(this, News.INVENTORY, this::refresh);
    news.follow(this, News.INVENTORY, this::refreshHappened);
    news.follow(this, News.PROBLEM, this::refreshHappened);
    news.follow(this, News.JOB, this::refreshJobs);
  }

  private void askPreference() {
    listings
        .instances()
        .byKey(id())
        .ifPresent(row -> new PreferenceDialog(instances, row, this::refresh).open());
  }

  private static Field<Map<String, String>> text(
      String key, String header, String width, int grow) {
    return Field.<Map<String, String>>text(key, header, row -> row.get(key))
        .width(width)
        .grow(grow);
  }

  private static Field<Map<String, String>> bytes(String key, String header, String width) {
    return Field.<Map<String, String>>bytes(key, header, row -> number(row.get(key))).width(width);
  }

  private static @Nullable Long number(@Nullable String text) {
    return text == null || !text.matches("-?\\d{1,18}") ? null : Long.valueOf(text);
  }

  @Override
  boolean open(long id) {
    Optional<InstanceRow> row = listings.instances().byKey(id);
    if (row.isEmpty()) {
      return false;
    }
    titled(States.name(row.get()));
    refresh();
    refreshHappened();
    refreshJobs();
    return true;
  }

  private void refresh() {
    listings
        .instances()
        .byKey(id())
        .ifPresent(row -> details.instance(id()).ifPresent(detail -> show(row, detail)));
  }

  private void show(InstanceRow row, InstanceDetail detail) {
    copy.show(List.of(row));
    Anchor herd = link("herds/" + row.herdId(), row.copy() ? States.copyOf(row) : row.herd());
    subtitled(
        herd,
        new Span(
            row.copy()
                ? " "
                : " · "
                    + java.util.Objects.requireNonNullElse(row.environment(), "unassigned")
                    + " · "
                    + States.role(row).text()
                    + " "),
        new StateBadge(States.of(row)),
        new Span(" seen "),
        new Age(row.seenAt())
            .suffix(" ago")
            .limits(2 * row.intervalSeconds(), 10 * row.intervalSeconds()));
    facts.removeAll();
    facts.add(
        new Section("Where", where(row, detail)),
        new Section("Replication", replication(row, detail)),
        new Section("Load", load(row, detail)),
        new Section("How we know", knowledge(row, detail)));
    slots.setItems(detail.slots());
    slotsSection.setVisible(!detail.slots().isEmpty());
    standbys.setItems(detail.standbys());
    standbysSection.setVisible(!detail.standbys().isEmpty());
    settings.setItems(
        detail.settings().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList());
    settingsSection.setVisible(!detail.settings().isEmpty());
  }

  private static Anchor link(String to, String text) {
    Anchor link = new Anchor(to, text);
    link.getElement().setAttribute("router-link", true);
    return link;
  }

  private static Facts where(InstanceRow row, InstanceDetail detail) {
    return new Facts()
        .fact("Server", link("servers/" + row.serverId(), row.server()))
        .optional("Site", row.site())
        .fact("Version", row.version())
        .mono("Data directory", row.dataDirectory())
        .optionalMono("Configuration", detail.configFile())
        .optionalMono("Programs", detail.binDirectory())
        .optionalMono("Socket", detail.socketDirectory())
        .optional("Owner", detail.owner())
        .optional("Cluster name", row.clusterName())
        .optional("Debian cluster", detail.debianCluster())
        .optional("Unit", detail.unit())
        .optional("Managed by", row.manager());
  }

  private static Facts replication(InstanceRow row, InstanceDetail detail) {
    Facts facts =
        new Facts()
            .fact(
                "Role",
                States.role(row).text()
                    + (row.copy() ? " (" + States.copyOf(row) + ")" : "")
                    + (row.fenced() ? " (fenced)" : ""));
    if (row.role().equals("standby")) {
      facts.fact(
          "Upstream", row.upstream() == null ? detail.upstream().get("host") : row.upstream());
      facts.optional("WAL receiver", detail.upstream().get("status"));
      facts.optional("Slot used", detail.upstream().get("slot"));
      facts.fact("Replay lag", States.lag(row).text());
      facts.fact("Lag measured", new Age(row.lagAt()).suffix(" ago"));
      facts.fact("As a new primary", PreferenceDialog.word(row.preference()));
      facts.mono("Received", detail.receiveLsn()).mono("Replayed", detail.replayLsn());
      facts.fact("Last replayed commit", new Time(detail.replayedAt()));
    } else {
      facts.mono("Written", detail.writeLsn());
    }
    return facts
        .fact("Timeline", row.timeline() == null ? null : row.timeline().toString())
        .optionalMono("Checkpoint", detail.checkpointLsn())
        .mono("System identifier", detail.systemIdentifier())
        .optional("Archiving", detail.archiver().get("mode"))
        .optional(
            "Archiving failures",
            "0".equals(detail.archiver().get("failedCount"))
                ? null
                : detail.archiver().get("failedCount"));
  }

  private static Facts load(InstanceRow row, InstanceDetail detail) {
    return new Facts()
        .fact(
            "Clients",
            row.connections() == null
                ? null
                : row.connections()
                    + (row.maxConnections() == null ? "" : " of " + row.maxConnections()))
        .fact("Size", row.sizeBytes() == null ? null : Figures.bytes(row.sizeBytes()))
        .optional("Data volume", free(detail.dataVolume()))
        .optional("WAL volume", free(detail.walVolume()))
        .fact("Started", new Time(detail.startedAt()))
        .optional(
            "Restart pending",
            Boolean.TRUE.equals(row.pendingRestart()) ? "yes, settings wait for it" : null);
  }

  private static @Nullable String free(Map<String, String> volume) {
    Long free = number(volume.get("freeBytes"));
    Long all = number(volume.get("totalBytes"));
    return free == null
        ? null
        : Figures.bytes(free) + " free" + (all == null ? "" : " of " + Figures.bytes(all));
  }

  private static Facts knowledge(InstanceRow row, InstanceDetail detail) {
    return new Facts()
        .fact("State", row.state())
        .optional("Reason", row.stateReason())
        .optional("Control data", detail.controlState())
        .fact("Reported", new Age(row.reportedAt()).suffix(" ago"))
        .fact("Probed over SSH", new Age(row.probedAt()).suffix(" ago"))
        .fact("True on the host at", new Time(row.observedAt()))
        .fact("Last change", new Age(detail.changedAt()).suffix(" ago"));
  }

  private void refreshHappened() {
    happened.show(history.ofInstance(id(), happened.wanted()));
  }

  private void refreshJobs() {
    lately.show(jobs.runsOn(Target.instance(id()), 10));
  }
}
