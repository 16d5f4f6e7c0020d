package io.matriarch.ui.watch;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.database.Query;
import io.matriarch.inventory.EditRefused;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.AskDialog;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.ui.component.Notices;
import io.matriarch.watch.Automatics;
import io.matriarch.watch.ProblemRow;
import io.matriarch.watch.Problems;
import jakarta.annotation.security.PermitAll;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Everything that is wrong now, the worst and oldest first. */
@Route("problems")
@PermitAll
final class ProblemsView extends GridPage<ProblemRow> {

  ProblemsView(Problems problems, Automatics automatics, Access access, News news, Clock clock) {
    super(
        "Problems",
        "problems",
        new ListingGrid.Spec<>(
            "problems",
            "problem",
            "problems",
            problems.listing(),
            ProblemRow::id,
            ProblemTexts::link,
            fields(),
            List.of(Query.Filter.equal("open", "true")),
            access.allows(Role.DBA, Scope.everywhere())));
    grid()
        .whenEmpty(
            new Empty(
                "Nothing is wrong",
                "Silence, lag without end, two primaries, a changed host key, a full disk: whatever"
                    + " the console notices stands here until it is over."));
    if (access.allows(Role.DBA, Scope.everywhere())) {
      Button suppress =
          new Button(
              "Suppress…",
              click -> new SuppressDialog(problems, clock, grid(), access.current().name()).open());
      suppress.setTooltipText(
          "Does not count the ticked problems for a while, with owner and reason on the record");
      Button lift = new Button("Count again", click -> lift(problems));
      lift.setTooltipText("Lifts the suppression of the ticked problems");
      Button release = new Button("Release the brake…", click -> askRelease(automatics));
      release.setTooltipText("Lets herds fail over by themselves again");
      release.setVisible(automatics.brake().isPresent());
      news.follow(this, News.PROBLEM, () -> release.setVisible(automatics.brake().isPresent()));
      grid().addActions(suppress, lift, release);
      grid()
          .whenSelected(
              ids -> {
                suppress.setEnabled(!ids.isEmpty());
                lift.setEnabled(!ids.isEmpty());
              });
    }
    follow(news, News.PROBLEM);
  }

  private static void askRelease(Automatics automatics) {
    new AskDialog(
            "Let herds fail over by themselves again?",
            "So many herds lost their primary at about the same time that a person had to look. Those that are dead now and may fail over by themselves do so at once; if they are too many, the brake is pulled again.",
            "Release the brake",
            automatics::release)
        .open();
  }

  private void lift(Problems problems) {
    try {
      grid().ticked().forEach(problems::lift);
      grid().untickAll();
    } catch (EditRefused e) {
      Notices.bad(e.reason());
    }
  }

  private static List<Field<ProblemRow>> fields() {
    return List.of(
        Field.<ProblemRow>text("severity", "Severity", ProblemRow::severity)
            .shown(p -> Cell.of(p.severity()).tone(ProblemTexts.tone(p)))
            .facet()
            .width("92px"),
        Field.<ProblemRow>text("kind", "Problem", ProblemTexts::kind)
            .shown(
                p ->
                    Cell.of(ProblemTexts.kind(p))
                        .link(Objects.requireNonNullElse(ProblemTexts.link(p), "problems")))
            .facet()
            .width("136px"),
        Field.<ProblemRow>text("detail", "What is seen", ProblemRow::detail)
            .shown(p -> Cell.of(p.detail()).title(p.detail()))
            .width("250px")
            .grow(4),
        Field.<ProblemRow>text("herd", "Where", ProblemTexts::where).width("104px").grow(1),
        Field.<ProblemRow>text(
                "environment",
                "Environment",
                p -> Objects.requireNonNullElse(p.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("100px"),
        Field.age("firstSeen", "For", ProblemRow::firstSeen).width("70px"),
        Field.<ProblemRow>time("since", "First seen", ProblemRow::firstSeen)
            .unfiltered()
            .width("170px")
            .hidden(),
        Field.<ProblemRow>yesNo("suppressed", "Suppressed", ProblemRow::suppressed)
            .at("○ until ", p -> p.suppressed() ? p.suppressedUntil() : null)
            .facet()
            .style("mute")
            .width("196px"),
        Field.<ProblemRow>text("suppressedOwner", "Owner", p -> of(p, p.suppressedOwner()))
            .style("mute")
            .width("76px"),
        Field.<ProblemRow>text("suppressedReason", "Why", p -> of(p, p.suppressedReason()))
            .shown(p -> Cell.of(of(p, p.suppressedReason())).title(why(p)))
            .style("mute")
            .width("110px"));
  }

  private static @Nullable String of(ProblemRow problem, @Nullable String value) {
    return problem.suppressed() ? value : null;
  }

  private static String why(ProblemRow problem) {
    return problem.suppressed()
        ? "%s (suppressed by %s)".formatted(problem.suppressedReason(), problem.suppressedBy())
        : "";
  }
}
