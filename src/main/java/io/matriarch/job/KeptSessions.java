package io.matriarch.job;

import io.matriarch.remote.CommandResult;
import io.matriarch.remote.OutputSink;
import io.matriarch.remote.RemoteSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Interpreters on the hosts of one run, kept open between its steps: channel, guard, privilege
 * escalation and start are paid once, and before clients are paused. Each request passes the guard
 * of its host anew. One that is idle is asked whether it is still there before it is used.
 */
final class KeptSessions {

  private static final long LONG_IDLE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Duration READY = Duration.ofSeconds(10);
  private static final Duration PROOF_OF_LIFE = Duration.ofSeconds(3);

  /** What is kept where. */
  record Key(long serverId, List<String> interpreter) {}

  /** Starts an interpreter. */
  interface Opening {
    RemoteSession open() throws StepFailed, InterruptedException;
  }

  /** Makes the text of a request that ends with that mark. */
  interface Request {
    String with(String mark);
  }

  private record Idle(RemoteSession session, long since) {}

  private final GuardedShell shell;
  private final Map<Key, Deque<Idle>> idle = new HashMap<>();

  KeptSessions(GuardedShell shell) {
    this.shell = shell;
  }

  /**
   * A kind of interpreter.
   *
   * @param first what it is asked before anything else; it has no effect outside of it
   * @param nothing a request that does nothing
   */
  record Interpreter(Key key, Opening opening, Request first, Request nothing) {}

  /** Asks an interpreter of that kind, which is started if none is idle. */
  CommandResult ask(Interpreter kind, Request request, Duration limit, OutputSink sink)
      throws StepFailed, InterruptedException {
    Key key = kind.key();
    RemoteSession session = idle(key, kind.nothing());
    if (session == null) {
      session = kind.opening().open();
      // A request that waits for an interpreter to start has passed the guard long before it runs.
      CommandResult ready = ask(key.serverId(), session, kind.first(), READY, OutputSink.NONE);
      if (!ready.succeeded()) {
        session.close();
        return ready;
      }
    }
    CommandResult result = ask(key.serverId(), session, request, limit, sink);
    if (session.isOpen()) {
      giveBack(key, session);
    }
    return result;
  }

  private CommandResult ask(
      long serverId, RemoteSession session, Request request, Duration limit, OutputSink sink)
      throws StepFailed, InterruptedException {
    String mark = UUID.randomUUID().toString();
    return shell.ask(serverId, session, request.with(mark), mark, limit, sink);
  }

  private @Nullable RemoteSession idle(Key key, Request nothing) throws InterruptedException {
    for (Idle one = take(key); one != null; one = take(key)) {
      boolean rested = System.nanoTime() - one.since() > LONG_IDLE_NANOS;
      if (one.session().isOpen() && (!rested || answers(key, one.session(), nothing))) {
        return one.session();
      }
      one.session().close();
    }
    return null;
  }

  private boolean answers(Key key, RemoteSession session, Request nothing)
      throws InterruptedException {
    try {
      return ask(key.serverId(), session, nothing, PROOF_OF_LIFE, OutputSink.NONE).succeeded();
    } catch (StepFailed e) {
      return false;
    }
  }

  private synchronized @Nullable Idle take(Key key) {
    Deque<Idle> all = idle.get(key);
    return all == null ? null : all.poll();
  }

  private synchronized void giveBack(Key key, RemoteSession session) {
    idle.computeIfAbsent(key, k -> new ArrayDeque<>()).push(new Idle(session, System.nanoTime()));
  }

  /** Ends all sessions. */
  synchronized void close() {
    List<Idle> all = new ArrayList<>();
    idle.values().forEach(all::addAll);
    idle.clear();
    all.forEach(one -> one.session().close());
  }
}
