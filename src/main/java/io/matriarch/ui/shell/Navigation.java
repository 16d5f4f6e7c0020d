package io.matriarch.ui.shell;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.Nav;
import com.vaadin.flow.router.RouteConfiguration;
import com.vaadin.flow.spring.annotation.UIScope;
import com.vaadin.flow.spring.security.AuthenticationContext;
import io.matriarch.ui.component.News;
import jakarta.annotation.security.RolesAllowed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The menu: only what the signed-in person may open, with counts that follow the fleet. */
@UIScope
@org.springframework.stereotype.Component
final class Navigation extends Nav {

  /** A menu line by its route, so that the shell does not know the views. */
  record Item(String route, String label) {}

  private static final Map<String, List<Item>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("", List.of(new Item("", "Overview")));
    GROUPS.put(
        "Fleet",
        List.of(
            new Item("environments", "Environments"),
            new Item("servers", "Servers"),
            new Item("herds", "Herds"),
            new Item("instances", "Instances"),
            new Item("endpoints", "Endpoints")));
    GROUPS.put(
        "Recovery",
        List.of(
            new Item("dr-pairs", "DR pairs"),
            new Item("drills", "Drills"),
            new Item("problems", "Problems")));
    GROUPS.put("Work", List.of(new Item("jobs", "Jobs")));
    GROUPS.put("Record", List.of(new Item("audit", "Audit")));
    GROUPS.put(
        "Administration",
        List.of(
            new Item("tokens", "API tokens"),
            new Item("profiles", "Command profiles"),
            new Item("alarms", "Alarms"),
            new Item("settings", "Settings")));
  }

  private final Map<String, NavEntry> entries = new LinkedHashMap<>();
  private final Counts counts;

  Navigation(AuthenticationContext authentication, Counts counts, News news) {
    this.counts = counts;
    getElement().setAttribute("aria-label", "Main");
    GROUPS.forEach((group, items) -> addGroup(group, items, authentication));
    refresh();
    for (String channel : List.of(News.INVENTORY, News.PROBLEM, News.JOB)) {
      news.follow(this, channel, this::refresh);
    }
  }

  private void addGroup(String group, List<Item> items, AuthenticationContext authentication) {
    List<Item> open = items.stream().filter(item -> allowed(item, authentication)).toList();
    if (!open.isEmpty() && !group.isEmpty()) {
      Div heading = new Div(group);
      heading.addClassName("group");
      add(heading);
    }
    for (Item item : open) {
      view(item).ifPresent(view -> addEntry(item, view));
    }
  }

  private void addEntry(Item item, Class<? extends Component> view) {
    NavEntry entry = new NavEntry(item.label(), view);
    entries.put(item.route(), entry);
    add(entry);
  }

  private static Optional<Class<? extends Component>> view(Item item) {
    return RouteConfiguration.forApplicationScope().getRoute(item.route());
  }

  private static boolean allowed(Item item, AuthenticationContext authentication) {
    return view(item)
        .map(
            view -> {
              RolesAllowed roles = view.getAnnotation(RolesAllowed.class);
              return roles == null || authentication.hasAnyRole(roles.value());
            })
        .orElse(false);
  }

  private void refresh() {
    Map<String, Counts.Count> now = counts.now();
    now.forEach(this::show);
    Counts.Count problems = now.get("problems");
    getElement()
        .executeJs(
            "window.Matriarch && window.Matriarch.problems($0)",
            problems == null ? 0 : (double) problems.number());
  }

  private void show(String route, Counts.Count count) {
    NavEntry entry = entries.get(route);
    if (entry != null) {
      entry.count(count.number(), count.bad());
    }
  }
}
