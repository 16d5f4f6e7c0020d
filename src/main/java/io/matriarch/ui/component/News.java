package io.matriarch.ui.component;

import com.vaadin.flow.component.Component;
import com.vaadin.flow.component.UI;
import com.vaadin.flow.component.UIDetachedException;
import io.matriarch.database.Changes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;

/**
 * Tells open pages that rows changed, at most twice a second each. One LISTEN per channel serves
 * all browsers of this console.
 */
@org.springframework.stereotype.Component
public final class News implements DisposableBean {

  public static final String INVENTORY = "inventory";
  public static final String PROBLEM = "problem";
  public static final String JOB = "job";
  public static final String READINESS = "readiness";
  public static final String ALARM = "alarm";

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Changes changes;
  private final Map<String, List<Reader>> readers = new ConcurrentHashMap<>();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("page-news").factory());

  News(Changes changes) {
    this.changes = changes;
  }

  /**
   * Runs {@code refresh} in the component's UI after news on the channel, while the component is
   * attached.
   */
  public void follow(Component component, String channel, Runnable refresh) {
    follow(component, channel, payload -> true, refresh);
  }

  /** The same, for news whose payload is of interest; a null payload always is. */
  public void follow(
      Component component, String channel, Predicate<String> interest, Runnable refresh) {
    if (heard.add(channel)) {
      changes.listen(channel, payload -> tell(channel, payload));
    }
    component.addAttachListener(
        attach -> begin(component, attach.getUI(), channel, interest, refresh));
    component.getUI().ifPresent(ui -> begin(component, ui, channel, interest, refresh));
  }

  private void begin(
      Component component, UI ui, String channel, Predicate<String> interest, Runnable refresh) {
    List<Reader> all = readers.computeIfAbsent(channel, c -> new CopyOnWriteArrayList<>());
    Reader reader = new Reader(ui, interest, refresh);
    all.add(reader);
    component.addDetachListener(
        detach -> {
          all.remove(reader);
          detach.unregisterListener();
        });
  }

  private void tell(String channel, @Nullable String payload) {
    for (Reader reader : readers.getOrDefault(channel, List.of())) {
      if (payload == null || reader.interest.test(payload)) {
        reader.wake();
      }
    }
  }

  @Override
  public void destroy() {
    timer.shutdownNow();
  }

  private final class Reader {
    private final UI ui;
    private final Predicate<String> interest;
    private final Runnable refresh;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private volatile long last;

    Reader(UI ui, Predicate<String> interest, Runnable refresh) {
      this.ui = ui;
      this.interest = interest;
      this.refresh = refresh;
      this.last = System.nanoTime() - PAUSE.toNanos();
    }

    void wake() {
      if (waiting.compareAndSet(false, true)) {
        long due = last + PAUSE.toNanos() - System.nanoTime();
        timer.schedule(this::fire, Math.max(0, due), TimeUnit.NANOSECONDS);
      }
    }

    private void fire() {
      waiting.set(false);
      last = System.nanoTime();
      try {
        ui.access(refresh::run);
      } catch (UIDetachedException e) {
        // The page was closed in between; its detach listener has removed this reader.
        waiting.set(false);
      }
    }
  }
}
