package io.matriarch.api;

import io.matriarch.database.Query;
import io.matriarch.inventory.DnsRecordDraft;
import io.matriarch.inventory.DnsRecords;
import io.matriarch.inventory.HerdRow;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.Listings;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Role;
import io.matriarch.security.Secret;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
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
@RequestMapping("/api/dns-records")
@Tag(name = "dns-records", description = "Records of DNS that lead clients to a herd's primary")
class DnsRecordsApi {

  private final Listings listings;
  private final Editing<Body, DnsRecordDraft, DnsRecordJson> editing;

  DnsRecordsApi(Listings listings, DnsRecords records, Guard guard) {
    this.listings = listings;
    editing =
        new Editing<>(
            guard,
            new Editing.Kind("dns-record", "DNS record", "/api/dns-records/", Role.DBA),
            Body.class,
            records,
            this::get,
            DnsRecordJson::version);
  }

  /** What people write of a record. */
  record Body(
      @Schema(description = "The whole name; it cannot be changed", example = "orders.db.example")
          @Nullable String name,
      @Schema(description = "A, AAAA or CNAME; it cannot be changed", defaultValue = "A")
          @Nullable String type,
      @Schema(description = "Name of the herd; it cannot be changed") @Nullable String herd,
      @Schema(description = "Tells herds of one name apart; needed only then")
          @Nullable String environment,
      @Schema(description = "The zone that the name is in") @Nullable String zone,
      @Schema(description = "Seconds; written with each value", defaultValue = "30")
          @Nullable Integer ttl,
      @Schema(description = "Address or address:port of the server that takes updates (RFC 2136)")
          @Nullable String updateServer,
      @Schema(description = "Name of the TSIG key") @Nullable String keyName,
      @Schema(
              description = "hmac-sha224, hmac-sha256, hmac-sha384 or hmac-sha512",
              defaultValue = "hmac-sha256")
          @Nullable String keyAlgorithm,
      @Schema(
              description = "Base64, as in BIND's key file; sealed, never shown",
              accessMode = Schema.AccessMode.WRITE_ONLY)
          @Nullable String secret,
      @Schema(
              description =
                  "Every authoritative server that must answer the value; empty: those that the zone names")
          @Nullable List<String> servers) {

    @Override
    public String toString() {
      return "record " + name;
    }
  }

  @GetMapping
  @Operation(summary = "List DNS records, what they answer and what they should")
  Page<DnsRecordJson> list(@ParameterObject Asked asked) {
    return Page.of(listings.dnsRecords(), asked.query(), Page.each(DnsRecordJson::of));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One record; its ETag is what If-Match wants")
  ResponseEntity<DnsRecordJson> show(@PathVariable("id") long id) {
    return editing.show(id);
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(summary = "Add a record (role dba); with a name and type that exist, the existing one")
  ResponseEntity<DnsRecordJson> create(@RequestBody byte[] json) {
    return editing.create(json, this::draft, Given::names);
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role dba); nothing is sent to its servers")
  ResponseEntity<DnsRecordJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    return editing.change(id, ifMatch, json, this::over);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Forget a record (role dba); nothing is sent to its servers")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return editing.delete(id, ifMatch);
  }

  private DnsRecordDraft draft(Given<Body> given) {
    Body body = given.body();
    return new DnsRecordDraft(
        given.must("name", body.name()),
        herd(given.must("herd", body.herd()), body.environment()),
        given.must("zone", body.zone()),
        given.or("type", body.type(), "A"),
        given.or("ttl", body.ttl(), DnsRecordDraft.STANDARD_TTL),
        given.must("updateServer", body.updateServer()),
        given.must("keyName", body.keyName()),
        given.or("keyAlgorithm", body.keyAlgorithm(), DnsRecordDraft.STANDARD_ALGORITHM),
        given.or("servers", body.servers(), List.of()),
        Secret.of(given.must("secret", body.secret())));
  }

  private DnsRecordDraft over(Given<Body> given, DnsRecordDraft base) {
    Body body = given.body();
    return new DnsRecordDraft(
        given.or("name", body.name(), base.name()),
        given.has("herd")
            ? herd(given.must("herd", body.herd()), body.environment())
            : base.herdId(),
        given.or("zone", body.zone(), base.zone()),
        given.or("type", body.type(), base.type()),
        given.or("ttl", body.ttl(), base.ttl()),
        given.or("updateServer", body.updateServer(), base.updateServer()),
        given.or("keyName", body.keyName(), base.keyName()),
        given.or("keyAlgorithm", body.keyAlgorithm(), base.keyAlgorithm()),
        given.or("servers", body.servers(), base.servers()),
        given.has("secret") ? Secret.of(given.must("secret", body.secret())) : null);
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

  private DnsRecordJson get(long id) {
    return listings
        .dnsRecords()
        .byKey(id)
        .map(DnsRecordJson::of)
        .orElseThrow(() -> new NotFound("DNS record", id));
  }
}
