package io.matriarch.ui.component;

/** Whatever shows help beside a page. */
public interface HelpPlace {

  /** Shows the topic, or hides help when it is shown already. */
  void toggleHelp(String topic);
}
