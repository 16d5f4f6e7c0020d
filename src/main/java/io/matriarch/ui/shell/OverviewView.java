package io.matriarch.ui.shell;

import com.vaadin.flow.router.Route;
import io.matriarch.ui.component.Page;
import jakarta.annotation.security.PermitAll;

/** The fleet at a glance. */
@Route("")
@PermitAll
final class OverviewView extends Page {
  OverviewView() {
    super("Overview", "overview");
  }
}
