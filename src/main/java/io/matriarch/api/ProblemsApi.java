package io.matriarch.api;

import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/problems")
@Tag(name = "problems", description = "What is wrong across the fleet, and since when")
class ProblemsApi {

  private final io.matriarch.watch.Problems problems;
  private final Guard guard;

  ProblemsApi(io.matriarch.watch.Problems problems, Guard guard) {
    this.problems = problems;
    this.guard = guard;
  }

  /** For how long a problem is not counted, and why. */
  record Body(
      @Schema(description = "When it counts again, at most 90 days from now", format = "date-time")
          @Nullable String until,
      @Schema(description = "Who answers for it meanwhile; null: whoever asks")
          @Nullable String owner,
      @Nullable String reason) {}

  @GetMapping
  @Operation(
      summary = "List problems, open and ended, suppressed ones too",
      description = "filter=open:true,suppressed:false are those that count.")
  Page<ProblemJson> list(@ParameterObject Asked asked) {
    return Page.of(problems.listing(), asked.query(), Page.each(ProblemJson::of));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One problem")
  ProblemJson show(@PathVariable("id") long id) {
    return problems
        .listing()
        .byKey(id)
        .map(ProblemJson::of)
        .orElseThrow(() -> new NotFound("problem", id));
  }

  @PostMapping("/{id}/suppress")
  @JsonBody(Body.class)
  @Operation(
      summary = "Do not count a problem for a while (role dba)",
      description =
          "Over at its end, when lifted, or with the problem; that of a lost node only once it is seen streaming.")
  ProblemJson suppress(@PathVariable("id") long id, @RequestBody byte[] json) {
    record Asked(Instant until, @Nullable String owner, String reason) {}
    Asked asked =
        guard.read(
            Role.DBA,
            "problem.suppress",
            "problem " + id,
            () -> {
              show(id);
              Given<Body> given = Given.read(json, Body.class);
              Body body = given.body();
              return new Asked(
                  instant(given.must("until", body.until())),
                  body.owner(),
                  given.must("reason", body.reason()));
            });
    problems.suppress(id, asked.until(), asked.owner(), asked.reason());
    return show(id);
  }

  @PostMapping("/{id}/lift")
  @Operation(summary = "Count a suppressed problem again (role dba)")
  ProblemJson lift(@PathVariable("id") long id) {
    guard.read(Role.DBA, "problem.lift", "problem " + id, () -> show(id));
    problems.lift(id);
    return show(id);
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new InvalidField("until", "is no instant such as 2026-01-31T18:00:00Z");
    }
  }
}
