package io.matriarch.api;

import io.matriarch.job.Action;
import io.matriarch.job.Catalogue;
import io.matriarch.job.OptionSpec;
import io.matriarch.job.TargetKind;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Locale;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "actions", description = "What can be asked of instances, herds and servers")
class ActionsApi {

  private final Catalogue catalogue;

  ActionsApi(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** An action as the API shows it. */
  @Schema(name = "Action")
  record Json(
      @Schema(example = "instance.stop") String name,
      String label,
      String help,
      @Schema(description = "instance, herd, server") List<String> targets,
      List<Option> options,
      @Schema(description = "The least role that may submit it") String role,
      @Schema(description = "Whether it takes service away") boolean disrupts) {

    static Json of(Action action) {
      return new Json(
          action.name().value(),
          action.label(),
          action.help(),
          action.targets().stream().map(Json::word).sorted().toList(),
          action.options().stream().map(Option::of).toList(),
          action.requires().stored(),
          action.disrupts());
    }

    private static String word(TargetKind kind) {
      return kind.name().toLowerCase(Locale.ROOT);
    }
  }

  /** An option of an action. */
  @Schema(name = "ActionOption")
  record Option(
      String name,
      String label,
      @Schema(
              description =
                  "choice, number, flag, ids (\"all\" or ids), member (the id of an instance, or 0 for the one the rule chooses)")
          String kind,
      List<String> choices,
      @Schema(description = "The value when none is given") String standard,
      String help) {

    static Option of(OptionSpec spec) {
      return new Option(
          spec.name(),
          spec.label(),
          spec.kind().name().toLowerCase(Locale.ROOT),
          spec.choices(),
          spec.standard(),
          spec.help());
    }
  }

  @GetMapping("/api/actions")
  @Operation(summary = "The catalogue of actions")
  Page<Json> list() {
    List<Json> all = catalogue.all().stream().map(Json::of).toList();
    return new Page<>(all, all.size());
  }
}
