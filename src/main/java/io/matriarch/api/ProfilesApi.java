package io.matriarch.api;

import io.matriarch.inventory.Creation;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
@RequestMapping("/api/profiles")
@Tag(name = "profiles", description = "How PostgreSQL is started and stopped on a kind of host")
class ProfilesApi {

  private static final String PATH = "/api/profiles/";

  private final Profiles profiles;
  private final Guard guard;

  ProfilesApi(Profiles profiles, Guard guard) {
    this.profiles = profiles;
    this.guard = guard;
  }

  /** A command profile as the API shows it. */
  @Schema(name = "CommandProfile")
  record Json(
      long id,
      String name,
      String description,
      List<String> start,
      List<String> stop,
      List<String> reload,
      @Schema(description = "Run as the owner of the cluster, or else privileged") boolean asOwner,
      int version) {

    static Json of(Versioned<ProfileDraft> profile) {
      ProfileDraft draft = profile.content();
      return new Json(
          profile.id(),
          draft.name(),
          draft.description(),
          draft.start(),
          draft.stop(),
          draft.reload(),
          draft.asOwner(),
          profile.version());
    }
  }

  /** What an administrator writes of a command profile. */
  record Body(
      @Nullable String name,
      @Nullable String description,
      @Nullable List<String> start,
      @Nullable List<String> stop,
      @Nullable List<String> reload,
      @Nullable Boolean asOwner) {}

  @GetMapping
  @Operation(summary = "List command profiles")
  Page<Json> list() {
    List<Json> all = profiles.all().stream().map(Json::of).toList();
    return new Page<>(all, all.size());
  }

  @GetMapping("/{id}")
  @Operation(summary = "One command profile; its ETag is what If-Match wants")
  ResponseEntity<Json> show(@PathVariable("id") long id) {
    Json found = Json.of(find(id));
    return ResponseEntity.ok().eTag(Versions.etag(found.version())).body(found);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(summary = "Create a command profile (role admin)")
  ResponseEntity<Json> create(@RequestBody byte[] json) {
    Given<Body> given =
        guard.read(Role.ADMIN, "profile.create", "?", () -> Given.read(json, Body.class));
    ProfileDraft draft = guard.read(Role.ADMIN, "profile.create", "?", () -> draft(given));
    Creation made = profiles.create(draft, given.names());
    Json shown = Json.of(find(made.id()));
    return (made.isNew()
            ? ResponseEntity.created(URI.create(PATH + made.id()))
            : ResponseEntity.ok())
        .eTag(Versions.etag(shown.version()))
        .body(shown);
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role admin)")
  ResponseEntity<Json> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    record Edit(int version, ProfileDraft draft) {}
    Edit edit =
        guard.read(
            Role.ADMIN,
            "profile.update",
            "profile " + id,
            () -> {
              Versioned<ProfileDraft> now = find(id);
              int version = Versions.edited(ifMatch, now.version());
              return new Edit(version, over(Given.read(json, Body.class), now.content()));
            });
    profiles.update(id, edit.version(), edit.draft());
    return show(id);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete a command profile that nothing uses (role admin)")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    int version =
        guard.read(
            Role.ADMIN,
            "profile.delete",
            "profile " + id,
            () -> Versions.edited(ifMatch, find(id).version()));
    profiles.delete(id, version);
    return ResponseEntity.noContent().build();
  }

  private static ProfileDraft draft(Given<Body> given) {
    Body body = given.body();
    return new ProfileDraft(
        given.must("name", body.name()),
        given.or("description", body.description(), ""),
        given.must("start", body.start()),
        given.must("stop", body.stop()),
        given.must("reload", body.reload()),
        given.or("asOwner", body.asOwner(), true));
  }

  private static ProfileDraft over(Given<Body> given, ProfileDraft base) {
    Body body = given.body();
    return new ProfileDraft(
        given.or("name", body.name(), base.name()),
        given.or("description", body.description(), base.description()),
        given.or("start", body.start(), base.start()),
        given.or("stop", body.stop(), base.stop()),
        given.or("reload", body.reload(), base.reload()),
        given.or("asOwner", body.asOwner(), base.asOwner()));
  }

  private Versioned<ProfileDraft> find(long id) {
    return profiles.find(id).orElseThrow(() -> new NotFound("command profile", id));
  }
}
