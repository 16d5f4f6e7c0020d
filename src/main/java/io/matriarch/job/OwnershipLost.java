package io.matriarch.job;

/** Another console has taken the run over, or this one cannot prove any more that it has not. */
final class OwnershipLost extends RuntimeException {

  private static final long serialVersionUID = 1;

  OwnershipLost(String message) {
    super(message);
  }
}
