package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.NativeButton;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.Route;
import io.matriarch.database.Query;
import io.matriarch.discovery.AgentLogins;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.ServerRow;
import io.matriarch.job.JobQueries;
import io.matriarch.job.Target;
import io.matriarch.job.TargetKind;
import io.matriarch.remote.HostKey;
import io.matriarch.remote.SshIdentity;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Age;
import io.matriarch.ui.component.AskDialog;
import io.matriarch.ui.component.CopyText;
import io.matriarch.ui.component.Facts;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Notices;
import io.matriarch.ui.component.PlainGrid;
import io.matriarch.ui.component.Section;
import io.matriarch.ui.component.StateBadge;
import io.matriarch.ui.job.ActionMenus;
import io.matriarch.ui.watch.HistoryLines;
import io.matriarch.watch.History;
import jakarta.annotation.security.PermitAll;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One server: how it is reached, its keys, its clusters, its load. */
@Route("servers/:id([0-9]{1,18})")
@PermitAll
final class ServerView extends DetailPage {

  private static final Set<String> SHOWN =
      Set.of(
          "herd",
          "port",
          "version",
          "role",
          "condition",
          "lagBytes",
          "sizeBytes",
          "connections",
          "seenAt");

  private final transient Listings listings;
  private final transient JobQueries jobs;
  private final transient SshIdentity identity;
  private final transient AgentLogins logins;
  private final boolean administers;
  private transient AgentLogins.@Nullable Bound shownLogin;
  private Div loginLine = new Div();
  private final Div facts = new Div();
  private final PlainGrid<InstanceRow> clusters;
  private final Lately lately;
  private final transient History history;
  private final HistoryLines happened = new HistoryLines(8);

  ServerView(
      Listings listings,
      JobQueries jobs,
      SshIdentity identity,
      AgentLogins logins,
      History history,
      ActionMenus menus,
      Access access,
      News news) {
    super("server");
    this.listings = listings;
    this.jobs = jobs;
    this.history = history;
    this.identity = identity;
    this.logins = logins;
    administers = access.allows(Role.ADMIN, Scope.everywhere());
    lately = new Lately(jobs);
    clusters =
        new PlainGrid<>(
            "Clusters",
            InstanceFields.all().stream().filter(f -> SHOWN.contains(f.key())).toList());
    facts.addClassName("factcolumns");
    wide.add(facts, new Section("Clusters", clusters));
    narrow.add(
        new Section("What we did to it", lately), new Section("What happened to it", happened));
    addButtons(menus.of(TargetKind.SERVER, () -> List.of(Target.server(id()))));
    if (access.allows(Role.DBA, Scope.everywhere())) {
      addButtons(
          new Button("Edit", click -> getUI().orElseThrow().navigate("servers/" + id() + "/edit")));
    }
    news.follow(this, News.INVENTORY, this::refresh);
    news.follow(this, News.INVENTORY, this::refreshHappened);
    news.follow(this, News.PROBLEM, this::refreshHappened);
    news.follow(this, News.JOB, this::refreshJobs);
  }

  @Override
  boolean open(long id) {
    Optional<ServerRow> row = listings.servers().byKey(id);
    if (row.isEmpty()) {
      return false;
    }
    titled(row.get().name());
    refresh();
    refreshHappened();
    refreshJobs();
    return true;
  }

  private void refresh() {
    listings.servers().byKey(id()).ifPresent(this::show);
  }

  private void show(ServerRow row) {
    subtitled(
        new Span(
            Objects.requireNonNullElse(row.environment(), "unassigned")
                + (row.site() == null ? "" : " · " + row.site())
                + " "),
        new StateBadge(States.of(row)));
    facts.removeAll();
    facts.add(
        new Section("How it is reached", reached(row)),
        new Section("Load", load(row)),
        new Section("Reports", reports(row)));
    clusters.setItems(
        listings
            .instances()
            .page(Query.all().and(Query.Filter.equal("serverId", String.valueOf(id())))));
  }

  private Facts reached(ServerRow row) {
    Facts facts =
        new Facts()
            .mono("SSH", row.sshUser() + "@" + row.address() + ":" + row.sshPort())
            .fact(
                "Checked end to end",
                row.verifiedAt() == null
                    ? new Span("never: saved as unverified")
                    : new Age(row.verifiedAt()).suffix(" ago"));
    if (row.hostKeys().isEmpty()) {
      facts.fact("Host key", "none is pinned, so nothing is sent to it");
    }
    for (String key : row.hostKeys()) {
      facts.mono("Pinned host key", fingerprint(key));
    }
    if (row.hostKeyAlarmAt() != null) {
      Span alarm =
          new Span(
              "It presented a key that is not pinned. Compare fingerprints on its console, then settle it under Edit. ");
      alarm.addClassName("bad");
      Div line = new Div(alarm, new Age(row.hostKeyAlarmAt()).suffix(" ago"));
      facts.fact("Host key changed", line);
    }
    return facts.fact("authorized_keys line", new CopyText(identity.authorizedKeysLine()));
  }

  private static String fingerprint(String line) {
    try {
      HostKey key = HostKey.parse(line);
      return key.type() + " " + key.fingerprint();
    } catch (IllegalArgumentException e) {
      return "not a public key: " + line;
    }
  }

  private static Facts load(ServerRow row) {
    return new Facts()
        .fact("System", row.os())
        .fact(
            "Load",
            row.load1() == null
                ? null
                : "%.2f%s"
                    .formatted(
                        row.load1(),
                        row.cpus() == null
                            ? ""
                            : " on " + Figures.count(row.cpus(), "CPU", "CPUs")))
        .fact(
            "Memory",
            row.memoryAvailable() == null
                ? null
                : Figures.bytes(row.memoryAvailable())
                    + " free"
                    + (row.memoryTotal() == null ? "" : " of " + Figures.bytes(row.memoryTotal())))
        .fact(
            "Clock", row.clockSkew() == null ? null : row.clockSkew().toMillis() + " ms from ours");
  }

  private Facts reports(ServerRow row) {
    Facts facts =
        new Facts()
            .fact("Agent", row.agent())
            .fact(
                "Last report",
                new Age(row.reportedAt())
                    .suffix(" ago")
                    .limits(2 * row.intervalSeconds(), 10 * row.intervalSeconds()))
            .fact("Interval", row.intervalSeconds() + " s");
    logins.of(row.id()).ifPresent(bound -> facts.fact("Agent login", loginLine(row, bound)));
    if (row.refusedAt() != null) {
      Span reason = new Span(Objects.requireNonNullElse(row.refusedReason(), ""));
      reason.addClassName("bad");
      facts.fact(
          "Refused", new Div(reason, new Span(" "), new Age(row.refusedAt()).suffix(" ago")));
    }
    if (row.unreachableSince() != null) {
      facts.fact(
          "Unreachable",
          new Div(
              new Span(Objects.requireNonNullElse(row.unreachableReason(), "") + " for "),
              new Age(row.unreachableSince())));
    }
    return facts;
  }

  /** The same line again, so that its button is not replaced under the pointer. */
  private Div loginLine(ServerRow row, AgentLogins.Bound bound) {
    if (!bound.equals(shownLogin)) {
      shownLogin = bound;
      loginLine = newLoginLine(row, bound);
    }
    return loginLine;
  }

  private Div newLoginLine(ServerRow row, AgentLogins.Bound bound) {
    Div line = new Div(new Span(bound.login() + ", bound "), new Age(bound.since()).suffix(" ago"));
    if (administers) {
      NativeButton release = new NativeButton("Release…", click -> askRelease(row, bound));
      release.addClassName("linklike");
      line.add(new Span(" "), release);
    }
    return line;
  }

  private void askRelease(ServerRow row, AgentLogins.Bound bound) {
    new AskDialog(
            "Release login " + bound.login() + "?",
            "It is the only login that may report for %s without a token. Once released, whichever login reports for it next is bound instead: stop the old agent first, or the old login is bound again."
                .formatted(row.name()),
            "Release login " + bound.login(),
            () -> release(row))
        .open();
  }

  private void release(ServerRow row) {
    try {
      logins.release(row.id());
      refresh();
      Notices.good("The next login that reports for %s is bound to it.".formatted(row.name()));
    } catch (IllegalStateException | NoSuchElementException | AccessRefused e) {
      Notices.bad(String.valueOf(e.getMessage()));
    }
  }

  private void refreshHappened() {
    happened.show(history.ofServer(id(), happened.wanted()));
  }

  private void refreshJobs() {
    lately.show(jobs.runsOn(Target.server(id()), 8));
  }
}
