package io.matriarch.ui.component;

/** What a colour says; it never says it alone: every tone comes with a sign and a word. */
public enum Tone {
  OK("ok", "●"),
  DONE("ok", "✓"),
  WARN("warn", "▲"),
  BAD("bad", "✕"),
  IDLE("idle", "○"),
  BUSY("busy", "◐"),
  PLAIN("", "");

  private final String style;
  private final String sign;

  Tone(String style, String sign) {
    this.style = style;
    this.sign = sign;
  }

  public String style() {
    return style;
  }

  public String sign() {
    return sign;
  }
}
