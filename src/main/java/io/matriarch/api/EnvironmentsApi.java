package io.matriarch.api;

import io.matriarch.inventory.Creation;
import io.matriarch.inventory.EnvironmentDraft;
import io.matriarch.inventory.Environments;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
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

  private static final String PATH = "/api/environments/";

  private final Listings listings;
  private final Environments environments;
  private final Guard guard;

  EnvironmentsApi(Listings listings, Environments environments, Guard guard) {
    this.listings = listings;
    this.environments = environments;
    this.guard = guard;
  }

  /** What people write of an environment. */
  record Body(@Nullable String name, @Nullable String description, @Nullable Integer position) {}

  @GetMapping
  @Operation(summary = "List environments")
  Page<EnvironmentJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.environments(), asked.query(), Page.each(EnvironmentJson::of));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One environment; its ETag is what If-Match wants")
  ResponseEntity<EnvironmentJson> show(@PathVariable("id") long id) {
    EnvironmentJson found = get(id);
    return ResponseEntity.ok().eTag(Versions.etag(found.version())).body(found);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(
      summary = "Create an environment (role dba); with a name that exists, the existing one")
  ResponseEntity<EnvironmentJson> create(@RequestBody byte[] json) {
    Given<Body> given =
        guard.read(Role.DBA, "environment.create", "?", () -> Given.read(json, Body.class));
    EnvironmentDraft draft = guard.read(Role.DBA, "environment.create", "?", () -> draft(given));
    Creation made = environments.create(draft, given.names());
    EnvironmentJson shown = get(made.id());
    return (made.isNew()
            ? ResponseEntity.created(URI.create(PATH + made.id()))
            : ResponseEntity.ok())
        .eTag(Versions.etag(shown.version()))
        .body(shown);
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role dba)")
  ResponseEntity<EnvironmentJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    record Edit(int version, EnvironmentDraft draft) {}
    Edit edit =
        guard.read(
            Role.DBA,
            "environment.update",
            "environment " + id,
            () -> {
              Versioned<EnvironmentDraft> now = find(id);
              int version = Versions.edited(ifMatch, now.version());
              return new Edit(version, over(Given.read(json, Body.class), now.content()));
            });
    environments.update(id, edit.version(), edit.draft());
    return show(id);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete an environment that holds nothing (role dba)")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    int version =
        guard.read(
            Role.DBA,
            "environment.delete",
            "environment " + id,
            () -> Versions.edited(ifMatch, find(id).version()));
    environments.delete(id, version);
    return ResponseEntity.noContent().build();
  }

  private static EnvironmentDraft draft(Given<Body> given) {
    return over(given, EnvironmentDraft.named(given.must("name", given.body().name())));
  }

  private static EnvironmentDraft over(Given<Body> given, EnvironmentDraft base) {
    Body body = given.body();
    return new EnvironmentDraft(
        given.or("name", body.name(), base.name()),
        given.or("description", body.description(), base.description()),
        given.or("position", body.position(), base.position()));
  }

  private Versioned<EnvironmentDraft> find(long id) {
    return environments.find(id).orElseThrow(() -> new NotFound("environment", id));
  }

  private EnvironmentJson get(long id) {
    return listings
        .environments()
        .byKey(id)
        .map(EnvironmentJson::of)
        .orElseThrow(() -> new NotFound("environment", id));
  }
}
