package io.matriarch.api;

import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.Setting;
import io.matriarch.inventory.Settings;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/settings")
@Tag(name = "settings", description = "Console-wide settings")
class SettingsApi {

  private final Settings settings;
  private final Guard guard;

  SettingsApi(Settings settings, Guard guard) {
    this.settings = settings;
    this.guard = guard;
  }

  /** A setting as the API shows it. */
  @Schema(name = "Setting")
  record Json(String name, String value, String description) {
    static Json of(Setting setting) {
      return new Json(setting.name(), setting.value(), setting.description());
    }
  }

  /** A new value. */
  record Body(
      @Nullable String value,
      @Schema(description = "The value it has; if it has another one by now, nothing is done")
          @Nullable String was) {}

  @GetMapping
  @Operation(summary = "List settings")
  Page<Json> list() {
    List<Json> all = settings.all().stream().map(Json::of).toList();
    return new Page<>(all, all.size());
  }

  @PatchMapping("/{name}")
  @JsonBody(Body.class)
  @Operation(summary = "Change a setting (role admin)")
  Json change(@PathVariable("name") String name, @RequestBody byte[] json) {
    record Edit(String was, String value) {}
    Edit edit =
        guard.read(
            Role.ADMIN,
            "setting.update",
            name,
            () -> {
              get(name);
              Given<Body> given = Given.read(json, Body.class);
              return new Edit(
                  given.must("was", given.body().was()), given.must("value", given.body().value()));
            });
    settings.update(name, edit.was(), edit.value());
    return get(name);
  }

  private Json get(String name) {
    return settings.find(name).map(Json::of).orElseThrow(() -> new NotFound("setting", name));
  }
}
