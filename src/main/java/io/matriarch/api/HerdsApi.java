package io.matriarch.api;

import io.matriarch.inventory.HerdDraft;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.Herds;
import io.matriarch.inventory.InstanceRow;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.MonitorDraft;
import io.matriarch.inventory.MonitorLogin;
import io.matriarch.inventory.MonitorLogins;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Role;
import io.matriarch.security.Secret;
import io.matriarch.watch.Connectivity;
import io.matriarch.watch.Readiness;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
@RequestMapping("/api/herds")
@Tag(name = "herds", description = "Logical clusters: a primary and its standbys")
class HerdsApi {

  private final Listings listings;
  private final Members members;
  private final Names names;
  private final MonitorLogins monitors;
  private final Readiness readiness;
  private final Editing<Body, HerdDraft, HerdJson> editing;

  HerdsApi(
      Listings listings,
      Members members,
      Herds herds,
      Names names,
      Guard guard,
      MonitorLogins monitors,
      Readiness readiness) {
    this.listings = listings;
    this.members = members;
    this.names = names;
    this.monitors = monitors;
    this.readiness = readiness;
    editing =
        new Editing<>(
            guard,
            new Editing.Kind("herd", "herd", "/api/herds/", Role.DBA),
            Body.class,
            herds,
            this::get,
            HerdJson::version);
  }

  /** What people write of a herd. */
  record Body(
      @Nullable String name,
      @Schema(description = "Name of the environment; null: unassigned")
          @Nullable String environment,
      @Nullable String description,
      @Nullable String owner,
      @Nullable List<String> tags,
      @Nullable Integer port,
      @Nullable String virtualHost,
      @Nullable String dataDirectory,
      @Schema(description = "Can be given once; agents fill it in otherwise")
          @Nullable String systemIdentifier,
      @Nullable String commandProfile,
      @Schema(description = "Login with which it is read by SQL; null: through SSH")
          @Nullable String monitorLogin,
      @Schema(
              description = "Sealed, never returned; needed with another login or root certificate",
              accessMode = Schema.AccessMode.WRITE_ONLY)
          @Nullable String monitorPassword,
      @Schema(description = "PEM, one or more; servers are asked with sslmode=verify-full")
          @Nullable String monitorRootCertificate,
      @Schema(defaultValue = "postgres") @Nullable String monitorDatabase,
      @Schema(
              description =
                  "1 to 1000: where a job goes by priority, lower numbers are moved first",
              defaultValue = "100")
          @Nullable Integer priority) {

    @Override
    public String toString() {
      return "herd " + name;
    }
  }

  @GetMapping
  @Operation(summary = "List herds with their members")
  Page<HerdJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.herds(), asked.query(), rows -> shown(rows, null));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One herd; its ETag is what If-Match wants")
  ResponseEntity<HerdJson> show(@PathVariable("id") long id) {
    return editing.show(id);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(
      summary = "Create a herd (role dba); with a name its environment has, the existing one")
  ResponseEntity<HerdJson> create(@RequestBody byte[] json) {
    return editing.create(json, this::draft, HerdsApi::fields);
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role dba)")
  ResponseEntity<HerdJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    return editing.change(id, ifMatch, json, this::over);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Delete a herd without instances (role dba)")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return editing.delete(id, ifMatch);
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
    if (fields.removeIf(HerdsApi::ofMonitor)) {
      fields.add("monitor");
    }
    return fields;
  }

  private HerdDraft draft(Given<Body> given) {
    return over(given, HerdDraft.named(given.must("name", given.body().name()), null));
  }

  private HerdDraft over(Given<Body> given, HerdDraft base) {
    Body body = given.body();
    return new HerdDraft(
        given.or("name", body.name(), base.name()),
        names.environment(given, body.environment(), base.environmentId()),
        given.or("description", body.description(), base.description()),
        given.or("owner", body.owner(), base.owner()),
        given.or("tags", body.tags(), base.tags()),
        given.orNull("port", body.port(), base.port()),
        given.orNull("virtualHost", body.virtualHost(), base.virtualHost()),
        given.orNull("dataDirectory", body.dataDirectory(), base.dataDirectory()),
        given.orNull("systemIdentifier", body.systemIdentifier(), base.systemIdentifier()),
        names.profile(given, body.commandProfile(), base.profileId()),
        monitor(given, base),
        given.or("priority", body.priority(), base.priority()));
  }

  private static @Nullable MonitorDraft monitor(Given<Body> given, HerdDraft base) {
    MonitorDraft stored = base.monitor();
    if (given.names().stream().noneMatch(HerdsApi::ofMonitor)) {
      return stored;
    }
    Body body = given.body();
    String login =
        given.orNull("monitorLogin", body.monitorLogin(), stored == null ? null : stored.login());
    if (login == null) {
      if (body.monitorPassword() != null || body.monitorRootCertificate() != null) {
        throw new InvalidField("monitorLogin", "is missing");
      }
      return null;
    }
    String database =
        given.orNull(
            "monitorDatabase", body.monitorDatabase(), stored == null ? null : stored.database());
    String root =
        given.orNull(
            "monitorRootCertificate",
            body.monitorRootCertificate(),
            stored == null ? null : stored.rootCertificate());
    return new MonitorDraft(
        login,
        Objects.requireNonNullElse(database, MonitorDraft.USUAL_DATABASE),
        given.must("monitorRootCertificate", root),
        body.monitorPassword() == null ? null : Secret.of(body.monitorPassword()));
  }

  private static boolean ofMonitor(String field) {
    return field.startsWith("monitor");
  }

  private List<HerdJson> shown(List<HerdRow> rows, @Nullable Connectivity ways) {
    Map<Long, List<InstanceRow>> found = members.of(rows.stream().map(HerdRow::id).toList());
    Map<Long, MonitorLogin> logins = monitors.of(rows.stream().map(HerdRow::id).toList());
    return rows.stream()
        .map(
            row ->
                HerdJson.of(
                    row, found.getOrDefault(row.id(), List.of()), ways, logins.get(row.id())))
        .toList();
  }

  private HerdJson get(long id) {
    return listings
        .herds()
        .byKey(id)
        .map(row -> shown(List.of(row), readiness.connectivity(id).orElse(null)).getFirst())
        .orElseThrow(() -> new NotFound("herd", id));
  }
}
