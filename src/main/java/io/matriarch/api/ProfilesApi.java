package io.matriarch.api;

import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
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

  private final Profiles profiles;
  private final Editing<Body, ProfileDraft, Json> editing;

  ProfilesApi(Profiles profiles, Guard guard) {
    this.profiles = profiles;
    editing =
        new Editing<>(
            guard,
            new Editing.Kind("profile", "command profile", "/api/profiles/", Role.ADMIN),
            Body.class,
            profiles,
            this::get,
            Json::version);
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
    return editing.show(id);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(summary = "Create a command profile (role admin)")
  ResponseEntity<Json> create(@RequestBody byte[] json) {
    return editing.create(json, ProfilesApi::draft, Given::names);
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role admin)")
  ResponseEntity<Json> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    return editing.change(id, ifMatch, json, ProfilesApi::over);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete a command profile that nothing uses (role admin)")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return editing.delete(id, ifMatch);
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

  private Json get(long id) {
    return Json.of(editing.find(id));
  }
}
