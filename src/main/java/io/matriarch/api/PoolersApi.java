package io.matriarch.api;

import io.matriarch.database.Query;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.PoolerDraft;
import io.matriarch.inventory.Poolers;
import io.matriarch.inventory.ServerRow;
import io.matriarch.security.Role;
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
@RequestMapping("/api/poolers")
@Tag(name = "poolers", description = "PgBouncer processes that lead clients to a herd's primary")
class PoolersApi {

  private final Listings listings;
  private final Editing<Body, PoolerDraft, PoolerJson> editing;

  PoolersApi(Listings listings, Poolers poolers, Guard guard) {
    this.listings = listings;
    editing =
        new Editing<>(
            guard,
            new Editing.Kind("pooler", "pooler", "/api/poolers/", Role.DBA),
            Body.class,
            poolers,
            this::get,
            PoolerJson::version);
  }

  /** What people write of a pooler. */
  record Body(
      @Schema(description = "Unique within its herd") @Nullable String name,
      @Schema(description = "Name of the herd; it cannot be changed") @Nullable String herd,
      @Schema(description = "Tells herds of one name apart; needed only then")
          @Nullable String environment,
      @Schema(description = "Name of the server it runs on") @Nullable String server,
      @Schema(
              description =
                  "Directory of its own admin socket; processes that share a port have one each")
          @Nullable String socketDirectory,
      @Schema(defaultValue = "6432") @Nullable Integer port,
      @Schema(defaultValue = "pgbouncer") @Nullable String adminUser,
      @Schema(description = "Who owns the process on its host", defaultValue = "postgres")
          @Nullable String owner,
      @Schema(
              description =
                  "The file of its section [databases], included by its configuration; a switch of primaries writes it whole")
          @Nullable String databasesFile,
      @Schema(
              description =
                  "Text of that file, with {{.Host}} and {{.Port}} for the primary's; without passwords",
              example = "[databases]\napp = host={{.Host}} port={{.Port}}")
          @Nullable String template,
      @Schema(description = "Every entry of [databases] that leads to the herd, aliases too")
          @Nullable List<String> databases) {}

  @GetMapping
  @Operation(summary = "List poolers, where they lead and where they should")
  Page<PoolerJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.poolers(), asked.query(), Page.each(PoolerJson::of));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One pooler; its ETag is what If-Match wants")
  ResponseEntity<PoolerJson> show(@PathVariable("id") long id) {
    return editing.show(id);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(summary = "Add a pooler (role dba); with a name its herd has, the existing one")
  ResponseEntity<PoolerJson> create(@RequestBody byte[] json) {
    return editing.create(json, this::draft, PoolersApi::fields);
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role dba); nothing is done on its host")
  ResponseEntity<PoolerJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    return editing.change(id, ifMatch, json, this::over);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Forget a pooler (role dba); nothing is done on its host")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return editing.delete(id, ifMatch);
  }

  /** The names of a draft's fields where they differ from those of the body. */
  private static Set<String> fields(Given<Body> given) {
    Set<String> fields = new HashSet<>(given.names());
    if (fields.remove("server")) {
      fields.add("serverId");
    }
    return fields;
  }

  private PoolerDraft draft(Given<Body> given) {
    Body body = given.body();
    return new PoolerDraft(
        given.must("name", body.name()),
        herd(given.must("herd", body.herd()), body.environment()),
        server(given.must("server", body.server())),
        given.must("socketDirectory", body.socketDirectory()),
        given.or("port", body.port(), PoolerDraft.STANDARD_PORT),
        given.or("adminUser", body.adminUser(), PoolerDraft.STANDARD_ADMIN),
        given.or("owner", body.owner(), PoolerDraft.STANDARD_OWNER),
        given.must("databasesFile", body.databasesFile()),
        given.must("template", body.template()),
        given.must("databases", body.databases()));
  }

  private PoolerDraft over(Given<Body> given, PoolerDraft base) {
    Body body = given.body();
    return new PoolerDraft(
        given.or("name", body.name(), base.name()),
        given.has("herd")
            ? herd(given.must("herd", body.herd()), body.environment())
            : base.herdId(),
        given.has("server") ? server(given.must("server", body.server())) : base.serverId(),
        given.or("socketDirectory", body.socketDirectory(), base.socketDirectory()),
        given.or("port", body.port(), base.port()),
        given.or("adminUser", body.adminUser(), base.adminUser()),
        given.or("owner", body.owner(), base.owner()),
        given.or("databasesFile", body.databasesFile(), base.databasesFile()),
        given.or("template", body.template(), base.template()),
        given.or("databases", body.databases(), base.databases()));
  }

  private long herd(String name, @Nullable String environment) {
    Query query = Query.all().and(Query.Filter.equal("name", name));
    List<HerdRow> found =
        listings
            .herds()
            .page(
                environment == null
                    ? query
                    : query.and(Query.Filter.equal("environment", environment)));
    if (found.size() > 1) {
      throw new InvalidField(
          "environment", "is needed: there are several herds of this name; say which");
    }
    return found.stream()
        .findFirst()
        .orElseThrow(() -> new InvalidField("herd", "is unknown: there is no herd of this name"))
        .id();
  }

  private long server(String name) {
    return listings.servers().page(Query.all().and(Query.Filter.equal("name", name))).stream()
        .findFirst()
        .map(ServerRow::id)
        .orElseThrow(
            () -> new InvalidField("server", "is unknown: there is no server of this name"));
  }

  private PoolerJson get(long id) {
    return listings
        .poolers()
        .byKey(id)
        .map(PoolerJson::of)
        .orElseThrow(() -> new NotFound("pooler", id));
  }
}
