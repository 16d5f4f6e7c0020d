package io.matriarch.ui.fleet;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.component.combobox.ComboBox;
import com.vaadin.flow.component.dialog.Dialog;
import com.vaadin.flow.component.html.Anchor;
import com.vaadin.flow.component.html.Div;
import com.vaadin.flow.component.html.ListItem;
import com.vaadin.flow.component.html.Paragraph;
import com.vaadin.flow.component.html.Span;
import com.vaadin.flow.component.html.UnorderedList;
import io.matriarch.inventory.EditRefused;
import io.matriarch.inventory.EnvironmentRow;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.Herds;
import io.matriarch.inventory.Listings;
import io.matriarch.security.AccessRefused;
import io.matriarch.ui.component.Figures;
import io.matriarch.ui.component.Notices;
import java.util.ArrayList;
import java.util.List;

/** Asks for the environment that herds of none are put into. */
final class PlaceDialog extends Dialog {

  private static final int NAMED = 12;

  private final transient Herds herds;
  private final transient List<HerdRow> placed;
  private final transient Runnable done;
  private final ComboBox<EnvironmentRow> environment;
  private final Button place = new Button();
  private final Div refused = new Div();

  /**
   * @param unplaced the herds to place
   * @param ticked how many were ticked; those in an environment already stay there
   */
  PlaceDialog(Herds herds, Listings listings, List<HerdRow> unplaced, int ticked, Runnable done) {
    this.herds = herds;
    this.done = done;
    placed = new ArrayList<>(unplaced);
    environment = Choices.environment(listings);
    environment.setPlaceholder("choose one");
    environment.setClearButtonVisible(false);
    environment.setRequired(true);
    environment.setWidthFull();
    environment.addValueChangeListener(change -> showButton());
    setHeaderTitle("Place " + what() + " in an environment");
    setWidth("min(520px, 94vw)");
    refused.addClassName("formerror");
    refused.getElement().setAttribute("role", "alert");
    refused.setVisible(false);
    describe(ticked - placed.size());
    add(environment, refused);
    if (environment.getListDataView().getItemCount() == 0) {
      Anchor add = new Anchor("environments/new", "add the first one");
      add.getElement().setAttribute("router-link", true);
      add(new Paragraph(new Span("There is no environment yet: "), add));
    }
    place.addThemeName("primary");
    place.addClickListener(click -> place());
    getFooter().add(new Button("Cancel", click -> close()), place);
    showButton();
  }

  private String what() {
    return placed.size() == 1
        ? placed.getFirst().name()
        : Figures.count(placed.size(), "herd", "herds");
  }

  private void describe(int elsewhere) {
    add(
        new Paragraph(
            "Environments group herds and tell a copy from a split brain. Nothing is done on any"
                + " server."));
    if (placed.size() > 1) {
      UnorderedList names = new UnorderedList();
      placed.stream().limit(NAMED).forEach(herd -> names.add(new ListItem(herd.name())));
      if (placed.size() > NAMED) {
        names.add(new ListItem("and " + Figures.count(placed.size() - NAMED) + " more"));
      }
      add(names);
    }
    if (elsewhere > 0) {
      add(
          new Paragraph(
              "%s in an environment already and %s there; edit a herd to move it."
                  .formatted(
                      elsewhere == 1 ? "1 of those you ticked is" : elsewhere + " you ticked are",
                      elsewhere == 1 ? "stays" : "stay")));
    }
  }

  private void showButton() {
    EnvironmentRow chosen = environment.getValue();
    place.setText(
        chosen == null ? "Place " + what() : "Place %s in %s".formatted(what(), chosen.name()));
    place.setEnabled(chosen != null && !placed.isEmpty());
  }

  private void place() {
    EnvironmentRow chosen = environment.getValue();
    if (chosen == null) {
      return;
    }
    String good = "Placed %s in %s.".formatted(what(), chosen.name());
    List<String> problems = new ArrayList<>();
    for (HerdRow herd : List.copyOf(placed)) {
      try {
        herds.place(herd.id(), chosen.id());
        placed.remove(herd);
      } catch (EditRefused e) {
        problems.add(e.reason());
      } catch (AccessRefused e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    done.run();
    if (problems.isEmpty()) {
      close();
      Notices.good(good);
    } else {
      refused.setText(String.join("\n", problems));
      refused.setVisible(true);
      showButton();
    }
  }
}
