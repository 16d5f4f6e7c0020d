package io.matriarch.api;

import io.matriarch.inventory.Creation;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.Server;
import io.matriarch.inventory.ServerDraft;
import io.matriarch.inventory.Servers;
import io.matriarch.security.Role;
import io.matriarch.security.Secret;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
@RequestMapping("/api/servers")
@Tag(name = "servers", description = "Hosts that carry instances")
class ServersApi {

  private final Listings listings;
  private final Servers servers;
  private final Names names;
  private final Guard guard;
  private final Editing<Body, ServerDraft, ServerDetailJson> editing;

  ServersApi(Listings listings, Servers servers, Names names, Guard guard) {
    this.listings = listings;
    this.servers = servers;
    this.names = names;
    this.guard = guard;
    editing =
        new Editing<>(
            guard,
            new Editing.Kind("server", "server", "/api/servers/", Role.DBA),
            Body.class,
            servers,
            id -> get(id, null),
            shown -> shown.server().version());
  }

  /** What people write of a server. */
  record Body(
      @Nullable String name,
      @Schema(description = "SSH, EC2 or RDS; usually SSH") @Nullable String kind,
      @Schema(description = "Name of the environment; null: unassigned")
          @Nullable String environment,
      @Nullable String site,
      @Nullable String address,
      @Nullable Integer sshPort,
      @Nullable String sshUser,
      @Schema(
              description = "Keys that the host may show",
              example = "[\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA...\"]")
          @Nullable List<String> hostKeys,
      @Schema(
              description =
                  "Put before every command; {owner} becomes the owner of the cluster, or root for systemctl",
              example = "[\"sudo\",\"-n\",\"-u\",\"{owner}\"]")
          @Nullable List<String> become,
      @Nullable String commandProfile,
      @Nullable String notes) {}

  /** A new token of a server's agent. */
  @Schema(name = "AgentToken")
  record Token(String agentToken) {}

  @GetMapping
  @Operation(summary = "List servers")
  Page<ServerJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.servers(), asked.query(), Page.each(ServerJson::of));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One server; its ETag is what If-Match wants")
  ResponseEntity<ServerDetailJson> show(@PathVariable("id") long id) {
    return editing.show(id);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(
      summary = "Register a server (role dba); with a name that exists, the existing one",
      description = "The answer to the first request holds the agent's token, shown only then.")
  ResponseEntity<ServerDetailJson> create(@RequestBody byte[] json) {
    Creation made = editing.make(json, this::draft, ServersApi::fields);
    return editing.created(made, get(made.id(), made.secret()));
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role dba)")
  ResponseEntity<ServerDetailJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    return editing.change(id, ifMatch, json, this::over);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete a server without instances (role dba)")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return editing.delete(id, ifMatch);
  }

  @PostMapping("/{id}/agent-token")
  @Operation(summary = "Make a new agent token (role dba); the old one ends at once")
  Token agentToken(@PathVariable("id") long id) {
    guard.read(Role.DBA, "server.agent-token", "server " + id, () -> editing.find(id));
    return new Token(servers.newAgentToken(id).reveal());
  }

  /** The names of a draft's fields where they differ from those of the body. */
  private static Set<String> fields(Given<Body> given) {
    Set<String> fields = new HashSet<>(given.names());
    if (fields.remove("environment")) {
      fields.add("environmentId");
    }
    if (fields.remove("commandProfile")) {
      fields.add("profileId");
    }
    return fields;
  }

  private ServerDraft draft(Given<Body> given) {
    String name = given.must("name", given.body().name());
    String address = given.must("address", given.body().address());
    return over(given, ServerDraft.at(name, address));
  }

  private ServerDraft over(Given<Body> given, ServerDraft base) {
    Body body = given.body();
    return new ServerDraft(
        given.or("name", body.name(), base.name()),
        kind(given.or("kind", body.kind(), base.kind().name())),
        names.environment(given, body.environment(), base.environmentId()),
        given.orNull("site", body.site(), base.site()),
        given.or("address", body.address(), base.address()),
        given.or("sshPort", body.sshPort(), base.sshPort()),
        given.or("sshUser", body.sshUser(), base.sshUser()),
        given.or("hostKeys", body.hostKeys(), base.hostKeys()),
        given.or("become", body.become(), base.become()),
        names.profile(given, body.commandProfile(), base.profileId()),
        given.or("notes", body.notes(), base.notes()));
  }

  private static Server.Kind kind(String word) {
    try {
      return Server.Kind.valueOf(word);
    } catch (IllegalArgumentException e) {
      throw new InvalidField("kind", "must be one of " + List.of(Server.Kind.values()));
    }
  }

  private ServerDetailJson get(long id, @Nullable Secret token) {
    ServerDraft draft = editing.find(id).content();
    ServerJson row =
        listings
            .servers()
            .byKey(id)
            .map(ServerJson::of)
            .orElseThrow(() -> new NotFound("server", id));
    return new ServerDetailJson(
        row,
        draft.become(),
        names.profile(draft.profileId()),
        draft.notes(),
        token == null ? null : token.reveal());
  }
}
