package io.matriarch.api;

import io.matriarch.inventory.Instances;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
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

  @GetMapping("/{id}")
  @Operation(summary = "One instance")
  InstanceJson show(@PathVariable("id") long id) {
    return listings
        .instances()
        .byKey(id)
        .map(InstanceJson::of)
        .orElseThrow(() -> new NotFound("instance", id));
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Forget an instance that its server no longer reports (role dba)")
  ResponseEntity<Void> forget(@PathVariable("id") long id) {
    guard.read(Role.DBA, "instance.forget", "instance " + id, () -> show(id));
    instances.forget(id);
    return ResponseEntity.noContent().build();
  }
}
