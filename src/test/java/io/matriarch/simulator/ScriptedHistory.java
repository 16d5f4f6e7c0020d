package io.matriarch.simulator;

import io.matriarch.simulator.Stage.Member;
import io.matriarch.simulator.Stage.Moment;
import io.matriarch.simulator.Stage.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is played on the simulator and on the lab alike, and must be told alike. */
public enum ScriptedHistory {
  PLAIN {
    @Override
    void play(Stage stage, List<String> told) {
      stage.confirm(Map.of());
      stage.awaitEnd();
      end(stage, told);
      told.add("older fence refused: " + stage.refusesOlderFence(Member.CANDIDATE));
      int timeline = stage.timeline(Member.CANDIDATE);
      stage.promote(Member.CANDIDATE);
      told.add("another promotion: " + (stage.timeline(Member.CANDIDATE) - timeline));
    }
  },
  A_STANDBY_TAKES_NOTHING {
    @Override
    void play(Stage stage, List<String> told) {
      stage.hold(Member.OTHER, Part.RECEIVER);
      stage.confirm(Map.of());
      stage.awaitPrimary(Member.CANDIDATE);
      stage.release(Member.OTHER, Part.RECEIVER);
      stage.awaitEnd();
      end(stage, told);
    }
  },
  THE_FORMER_PRIMARY_IS_RUN_BEFORE_IT_IS_A_STANDBY {
    @Override
    void play(Stage stage, List<String> told) {
      stage.hold(Member.OTHER, Part.RECEIVER);
      stage.holdGuardOnceStopping(Member.FORMER);
      stage.confirm(Map.of());
      stage.awaitDown(Member.FORMER);
      stage.start(Member.FORMER);
      look(stage, told);
      stage.stop(Member.FORMER);
      stage.releaseGuard(Member.FORMER);
      stage.release(Member.OTHER, Part.RECEIVER);
      stage.awaitEnd();
      end(stage, told);
    }
  },
  COMMITS_WAIT_FOR_STANDBYS {
    @Override
    void play(Stage stage, List<String> told) {
      stage.makeSynchronous();
      stage.confirm(Map.of());
      stage.awaitEnd();
      end(stage, told);
      told.add("commits wait: " + stage.isSynchronous(Member.CANDIDATE));
    }
  },
  NO_STANDBY_FOLLOWS_IN_TIME_FOR_WHICH_COMMITS_WAIT {
    @Override
    void play(Stage stage, List<String> told) {
      stage.makeSynchronous();
      stage.hold(Member.OTHER, Part.RECEIVER);
      stage.confirm(Map.of("synchronous", "asynchronous"));
      stage.awaitPrimary(Member.CANDIDATE);
      stage.awaitResumed();
      told.add("commits wait: " + stage.isSynchronous(Member.CANDIDATE));
      stage.release(Member.OTHER, Part.RECEIVER);
      stage.awaitEnd();
      told.add("commits wait: " + stage.isSynchronous(Member.CANDIDATE));
      end(stage, told);
    }
  },
  THE_CANDIDATE_CANNOT_REPLAY {
    @Override
    void play(Stage stage, List<String> told) {
      stage.hold(Member.CANDIDATE, Part.REPLAY);
      stage.confirm(Map.of());
      stage.awaitEnd();
      stage.release(Member.CANDIDATE, Part.REPLAY);
      end(stage, told);
    }
  },
  THE_CONSOLE_DIES_BEFORE_THE_POINT {
    @Override
    void play(Stage stage, List<String> told) {
      stage.hold(Member.CANDIDATE, Part.REPLAY);
      stage.confirm(Map.of());
      stage.killConsoleAt(Moment.SEALING);
      look(stage, told);
      stage.start(Member.FORMER);
      told.add("started by somebody, it is a standby: " + stage.isStandby(Member.FORMER));
      look(stage, told);
      stage.release(Member.CANDIDATE, Part.REPLAY);
      stage.restartConsole();
      stage.awaitEnd();
      end(stage, told);
    }
  },
  THE_CONSOLE_DIES_PAST_THE_POINT {
    @Override
    void play(Stage stage, List<String> told) {
      stage.hold(Member.OTHER, Part.RECEIVER);
      stage.confirm(Map.of());
      stage.killConsoleAt(Moment.FOLLOWING);
      look(stage, told);
      stage.start(Member.FORMER);
      stage.awaitStreaming(Member.FORMER);
      told.add("started by somebody, it is a standby: " + stage.isStandby(Member.FORMER));
      stage.release(Member.OTHER, Part.RECEIVER);
      stage.restartConsole();
      stage.awaitEnd();
      end(stage, told);
    }
  },
  THE_EXPIRY_ENDS_THE_PAUSE {
    @Override
    void play(Stage stage, List<String> told) {
      stage.hold(Member.CANDIDATE, Part.REPLAY);
      stage.confirm(Map.of("pauseLimit", "10", "pauseExpiry", "36"));
      stage.killConsoleAt(Moment.SEALING);
      look(stage, told);
      stage.awaitResumed();
      look(stage, told);
      stage.release(Member.CANDIDATE, Part.REPLAY);
      stage.restartConsole();
      stage.awaitEnd();
      end(stage, told);
    }
  };

  abstract void play(Stage stage, List<String> told);

  /** What is seen of it. */
  public List<String> on(Stage stage) {
    List<String> told = new ArrayList<>();
    play(stage, told);
    return told;
  }

  /** The same on the simulator. */
  public List<String> simulated() {
    try (SimulatedStage stage = new SimulatedStage()) {
      return on(stage);
    }
  }

  private static void look(Stage stage, List<String> told) {
    told.add("writes: %s, paused: %s".formatted(stage.writers(), stage.isPaused()));
  }

  private static void end(Stage stage, List<String> told) {
    told.add(stage.run());
    look(stage, told);
    told.add("rows lost: " + stage.lost());
  }
}
