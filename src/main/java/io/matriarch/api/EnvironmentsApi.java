package io.matriarch.api;

import io.matriarch.inventory.EnvironmentDraft;
import io.matriarch.inventory.Environments;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/environments")
@Tag(name = "environments", description = "Where herds live: dev, stage, prod")
class EnvironmentsApi {

  private final Listings listings;
  private final Editing<Body, EnvironmentDraft, EnvironmentJson> editing;

  EnvironmentsApi(Listings listings, Environments environments, Guard guard) {
    this.listings = listings;
    editing =
        new Editing<>(
            guard,
            new Editing.Kind("environment", "environment", "/api/environments/", Role.DBA),
            Body.class,
            environments,
            this::get,
            EnvironmentJson::version);
  }

  /** What people write of an environment. */
  record Body(
      @Nullable String name,
      @Nullable String description,
      @Nullable Integer position,
      @Nullable Integer stallObjectiveMillis,
      @Nullable Integer lagObjectiveSeconds) {}

  @GetMapping
  @Operation(summary = "List environments")
  Page<EnvironmentJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.environments(), asked.query(), Page.each(EnvironmentJson::of));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One environment; its ETag is what If-Match wants")
  ResponseEntity<EnvironmentJson> show(@PathVariable("id") long id) {
    return editing.show(id);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(
      summary = "Create an environment (role dba); with a name that exists, the existing one")
  ResponseEntity<EnvironmentJson> create(@RequestBody byte[] json) {
    return editing.create(json, EnvironmentsApi::draft, Given::names);
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role dba)")
  ResponseEntity<EnvironmentJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    return editing.change(id, ifMatch, json, EnvironmentsApi::over);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete an environment that holds nothing (role dba)")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return editing.delete(id, ifMatch);
  }

  private static EnvironmentDraft draft(Given<Body> given) {
    return over(given, EnvironmentDraft.named(given.must("name", given.body().name())));
  }

  private static EnvironmentDraft over(Given<Body> given, EnvironmentDraft base) {
    Body body = given.body();
    return new EnvironmentDraft(
        given.or("name", body.name(), base.name()),
        given.or("description", body.description(), base.description()),
        given.or("position", body.position(), base.position()),
        given.orNull(
            "stallObjectiveMillis", body.stallObjectiveMillis(), base.stallObjectiveMillis()),
        given.orNull(
            "lagObjectiveSeconds", body.lagObjectiveSeconds(), base.lagObjectiveSeconds()));
  }

  private EnvironmentJson get(long id) {
    return listings
        .environments()
        .byKey(id)
        .map(EnvironmentJson::of)
        .orElseThrow(() -> new NotFound("environment", id));
  }
}
