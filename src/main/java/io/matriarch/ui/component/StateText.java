package io.matriarch.ui.component;

/** A state as it is shown: sign, word, tone, and a tooltip with the reason. */
public record StateText(String word, Tone tone, String reason) {

  public static StateText of(String word, Tone tone) {
    return new StateText(word, tone, "");
  }
}
