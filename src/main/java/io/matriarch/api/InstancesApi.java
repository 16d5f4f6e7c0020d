package io.matriarch.api;

import io.matriarch.inventory.Candidacy.Preference;
import io.matriarch.inventory.InstanceDraft;
import io.matriarch.inventory.Instances;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/instances")
@Tag(name = "instances", description = "A herd's presence on a server, as agents report it")
class InstancesApi {

  private final Listings listings;
  private final Instances instances;
  private final Guard guard;

  InstancesApi(Listings listings, Instances instances, Guard guard) {
    this.listings = listings;
    this.instances = instances;
    this.guard = guard;
  }

  @GetMapping
  @Operation(summary = "List instances")
  Page<InstanceJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.instances(), asked.query(), Page.each(InstanceJson::of));
  }

  /** What people write of an instance. */
  record Body(
      @Schema(allowableValues = {"prefer", "neutral", "avoid", "never"})
          @Nullable String preference) {}

  @GetMapping("/{id}")
  @Operation(summary = "One instance; its ETag is what If-Match wants")
  ResponseEntity<InstanceJson> show(@PathVariable("id") long id) {
    InstanceJson found = get(id);
    return ResponseEntity.ok().eTag(Versions.etag(found.edits())).body(found);
  }

  private InstanceJson get(long id) {
    return listings
        .instances()
        .byKey(id)
        .map(InstanceJson::of)
        .orElseThrow(() -> new NotFound("instance", id));
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Say whether a switch by rule should choose it (role dba)")
  ResponseEntity<InstanceJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    record Edit(int version, InstanceDraft draft) {}
    Edit edit =
        guard.read(
            Role.DBA,
            "instance.update",
            "instance " + id,
            () ->
                new Edit(
                    Versions.edited(ifMatch, get(id).edits()),
                    draft(Given.read(json, Body.class))));
    instances.update(id, edit.version(), edit.draft());
    return show(id);
  }

  private static InstanceDraft draft(Given<Body> given) {
    String word = given.must("preference", given.body().preference());
    return Arrays.stream(Preference.values())
        .filter(p -> p.word().equals(word))
        .findFirst()
        .map(InstanceDraft::new)
        .orElseThrow(
            () -> new InvalidField("preference", "is not one of prefer, neutral, avoid, never"));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Forget an instance that its server no longer reports (role dba)")
  ResponseEntity<Void> forget(@PathVariable("id") long id) {
    guard.read(Role.DBA, "instance.forget", "instance " + id, () -> get(id));
    instances.forget(id);
    return ResponseEntity.noContent().build();
  }
}
