package io.matriarch.alarm;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a receiver is told. */
public enum ReceiverKind {
  /** An HTTP server that takes signed JSON. */
  WEBHOOK("webhook"),
  /** One address that gets plain text. */
  E_MAIL("e-mail");

  private final String word;

  ReceiverKind(String word) {
    this.word = word;
  }

  /** As stored and shown: {@code e-mail}. */
  public String word() {
    return word;
  }

  public static Optional<ReceiverKind> find(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(ReceiverKind::word).toList();
  }
}
