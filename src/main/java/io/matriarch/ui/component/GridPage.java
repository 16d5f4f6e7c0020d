package io.matriarch.ui.component;

import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.router.AfterNavigationEvent;
import com.vaadin.flow.router.AfterNavigationObserver;

/** A page that is one grid: search in the header, chips above, count and liveness below. */
public abstract class GridPage<R> extends Page implements AfterNavigationObserver {

  private final ListingGrid<R> grid;

  protected GridPage(String title, String helpTopic, ListingGrid.Spec<R> spec) {
    super(title, helpTopic);
    grid = new ListingGrid<>(spec);
    addBesideTitle(grid.search());
    addButtons(grid.tools());
    add(grid);
    Span live = new Span("live");
    live.addClassName("live");
    addFoot(grid.count(), live);
  }

  protected final ListingGrid<R> grid() {
    return grid;
  }

  /** Reads again whenever the channel has news. */
  protected final void follow(News news, String channel) {
    news.follow(this, channel, grid::refresh);
  }

  @Override
  public void afterNavigation(AfterNavigationEvent navigation) {
    grid.open(navigation.getLocation().getQueryParameters());
  }
}
