package io.matriarch.job;

import io.matriarch.postgres.Conninfo;
import io.matriarch.postgres.Rebuild.Order;
import io.matriarch.postgres.Rebuild.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Making a stopped server a standby of another one, by {@code pg_rewind} or by a base backup,
 * detached on its host: a run that is taken over finds the work that is under way. From its
 * beginning until {@link #settle} what is known there forbids every start, and the host does not
 * start the server by itself.
 */
public interface Rebuilds {

  /**
   * What systemd has to do with a server.
   *
   * @param unit that starts it; null if none does, or if something else keeps it from starting it
   * @param asRoot what starts a command as root; empty if SSH signs in as root, or nothing can
   */
  record Systemd(@Nullable String unit, List<String> asRoot) {
    public Systemd {
      asRoot = List.copyOf(asRoot);
    }
  }

  /** What is known of it on the host of an instance. */
  State state(InstanceRef instance) throws StepFailed, InterruptedException;

  /**
   * Begins, unless somebody works on it already. One that died before it touched the data begins
   * again, one that had only the configuration left to put back goes on there; in between a base
   * backup goes on or begins again, and a rewind does nothing.
   */
  State begin(InstanceRef instance, Order order, Systemd systemd)
      throws StepFailed, InterruptedException;

  /**
   * Waits until nobody works on it any more, or the time is over. If it gave up without having
   * touched the data, the host may start the server again as before.
   */
  State await(InstanceRef instance, Systemd systemd, Duration limit)
      throws StepFailed, InterruptedException;

  /** An upstream by a server's own configuration; empty where that says nothing. */
  record Configured(Conninfo conninfo, String slot) {
    /** Nothing is said. */
    public static final Configured NONE = new Configured(Conninfo.parse(""), "");
  }

  /**
   * How a stopped server would connect to its upstream. Not logged, since it may hold a password.
   */
  Configured configured(InstanceRef instance, @Nullable String configFile)
      throws StepFailed, InterruptedException;

  /**
   * Makes the place where a new standby is to lie, empty and known to Debian's tools if it has a
   * name, with the configuration of its primary. What was made so already is left as it is.
   *
   * @param name of the cluster as Debian's tools know it; null for a plain directory
   * @param identifier the system identifier of the herd
   * @return why nothing was made and nothing changed: the port is taken, something lies there, or
   *     its version is not installed; empty once it is made
   */
  Optional<String> make(
      InstanceRef instance, InstanceRef primary, @Nullable String name, String identifier)
      throws StepFailed, InterruptedException;

  /** Ends whoever works on it, unless the data was touched already; answers what is known then. */
  State stop(InstanceRef instance, Systemd systemd) throws StepFailed, InterruptedException;

  /** Lets a start by us pass, while the host still starts nothing by itself; only once ready. */
  void release(InstanceRef instance, Systemd systemd) throws StepFailed, InterruptedException;

  /**
   * The server streams: the host starts it again as before, and nothing is kept but old data that
   * was asked for.
   */
  void settle(InstanceRef instance, Systemd systemd) throws StepFailed, InterruptedException;
}
