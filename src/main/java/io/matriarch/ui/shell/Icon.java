package io.matriarch.ui.shell;

import com.vaadin.flow.component.Svg;

/** The matriarch: an elephant's head seen from the front, ears wide, trunk curled. */
final class Icon extends Svg {

  private static final String DRAWING =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="22" height="22" fill="none"
           stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
        <path d="M8.6 5.4C5 2.7 1.7 5 1.8 9.2c.1 3.9 2.5 6.3 5.8 5.5"/>
        <path d="M15.4 5.4c3.6-2.7 6.9-.4 6.8 3.8-.1 3.9-2.5 6.3-5.8 5.5"/>
        <path d="M8.6 5.4c2.1-1.3 4.7-1.3 6.8 0M7.6 14.7c1.2.9 1.9 1.9 2 3.6.2 3.1 2 4.5 4.7 4.1"/>
        <path d="M16.4 14.7c-1.2.9-1.9 1.8-2 3.2"/>
        <circle cx="9.2" cy="10.6" r=".6" fill="currentColor"/><circle cx="14.8" cy="10.6" r=".6" fill="currentColor"/>
      </svg>""";

  Icon() {
    super(DRAWING);
    addClassName("icon");
  }
}
