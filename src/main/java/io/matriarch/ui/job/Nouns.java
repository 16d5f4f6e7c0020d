package io.matriarch.ui.job;

import io.matriarch.job.TargetKind;
import io.matriarch.ui.component.Figures;

/** "1 instance", "12 herds". */
final class Nouns {

  private Nouns() {}

  static String count(TargetKind kind, long number) {
    return switch (kind) {
      case INSTANCE -> Figures.count(number, "instance", "instances");
      case HERD -> Figures.count(number, "herd", "herds");
      case SERVER -> Figures.count(number, "server", "servers");
    };
  }

  static String many(TargetKind kind) {
    return switch (kind) {
      case INSTANCE -> "instances";
      case HERD -> "herds";
      case SERVER -> "servers";
    };
  }
}
