package io.matriarch.api;

import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "me", description = "Who the token speaks for")
class MeApi {

  private final Access access;

  MeApi(Access access) {
    this.access = access;
  }

  /** Who asks. */
  @Schema(name = "Me")
  record Me(String name, String role) {}

  @GetMapping("/api/me")
  @Operation(summary = "Name and role of the token")
  Me me() {
    Actor actor = access.current();
    return new Me(actor.name(), actor.role().stored());
  }
}
