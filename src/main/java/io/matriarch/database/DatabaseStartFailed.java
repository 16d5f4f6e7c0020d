package io.matriarch.database;

import org.jspecify.annotations.Nullable;

/** The metadata database could not be made ready; the message says what to do about it. */
public final class DatabaseStartFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DatabaseStartFailed(String message) {
    super(message);
  }

  DatabaseStartFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
