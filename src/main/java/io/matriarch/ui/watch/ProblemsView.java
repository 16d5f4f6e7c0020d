package io.matriarch.ui.watch;

import com.vaadin.flow.component.button.Button;
import com.vaadin.flow.router.Route;
import io.matriarch.database.Query;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.ui.component.Empty;
import io.matriarch.ui.component.Field;
import io.matriarch.ui.component.Field.Cell;
import io.matriarch.ui.component.GridPage;
import io.matriarch.ui.component.ListingGrid;
import io.matriarch.ui.component.News;
import io.matriarch.watch.ProblemRow;
import io.matriarch.watch.Problems;
import jakarta.annotation.security.PermitAll;
import java.time.Clock;
import java.util.List;
import java.util.Objects;

/** Everything that is wrong now, the worst and oldest first. */
@Route("problems")
@PermitAll
final class ProblemsView extends GridPage<ProblemRow> {

  ProblemsView(Problems problems, Access access, News news, Clock clock) {
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
            access.allows(Role.OPERATOR, Scope.everywhere())));
    grid()
        .whenEmpty(
            new Empty(
                "Nothing is wrong",
                "Silence, lag without end, two primaries, a changed host key, a full disk: whatever"
                    + " the console notices stands here until it is over."));
    if (access.allows(Role.OPERATOR, Scope.everywhere())) {
      Button hide =
          new Button("Set aside…", click -> new SetAsideDialog(problems, clock, grid()).open());
      hide.setTooltipText(
          "Does not count the ticked problems for a while, with a reason on the record");
      grid().addActions(hide);
      grid().whenSelected(ids -> hide.setEnabled(!ids.isEmpty()));
    }
    follow(news, News.PROBLEM);
  }

  private static List<Field<ProblemRow>> fields() {
    return List.of(
        Field.<ProblemRow>text("severity", "Severity", ProblemRow::severity)
            .shown(p -> Cell.of(p.severity()).tone(ProblemTexts.tone(p)))
            .facet()
            .width("104px"),
        Field.<ProblemRow>text("kind", "Problem", ProblemTexts::kind)
            .shown(
                p ->
                    Cell.of(ProblemTexts.kind(p))
                        .link(Objects.requireNonNullElse(ProblemTexts.link(p), "problems")))
            .facet()
            .width("190px"),
        Field.<ProblemRow>text("detail", "What is seen", ProblemRow::detail)
            .shown(p -> Cell.of(p.detail()).title(p.detail()))
            .width("360px")
            .grow(3),
        Field.<ProblemRow>text("herd", "Where", ProblemTexts::where).width("200px").grow(1),
        Field.<ProblemRow>text(
                "environment",
                "Environment",
                p -> Objects.requireNonNullElse(p.environment(), "unassigned"))
            .facet()
            .style("mute")
            .width("110px"),
        Field.age("firstSeen", "For", ProblemRow::firstSeen).width("80px"),
        Field.<ProblemRow>yesNo("suppressed", "Set aside", ProblemRow::suppressed)
            .shown(ProblemsView::setAside)
            .style("mute")
            .width("120px"));
  }

  private static Cell setAside(ProblemRow problem) {
    return problem.suppressed()
        ? Cell.of("by " + problem.suppressedBy()).title(problem.suppressedReason())
        : Cell.of(null);
  }
}
