package io.matriarch.api;

import io.matriarch.alarm.Attempt;
import io.matriarch.alarm.Deliveries;
import io.matriarch.alarm.ReceiverDraft;
import io.matriarch.alarm.ReceiverRow;
import io.matriarch.alarm.Receivers;
import io.matriarch.database.Query;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.NotFound;
import io.matriarch.security.Access;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
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

/** Reading needs the role admin too: the address of a webhook is often a secret. */
@RestController
@RequestMapping("/api/alarm-receivers")
@Tag(name = "alarm-receivers", description = "Who is told of problems by webhook and e-mail")
class AlarmReceiversApi {

  private final Receivers receivers;
  private final Deliveries deliveries;
  private final Names names;
  private final Guard guard;
  private final Access access;
  private final Editing<Body, ReceiverDraft, AlarmReceiverJson> editing;

  AlarmReceiversApi(
      Receivers receivers, Deliveries deliveries, Names names, Guard guard, Access access) {
    this.receivers = receivers;
    this.deliveries = deliveries;
    this.names = names;
    this.guard = guard;
    this.access = access;
    editing =
        new Editing<>(
            guard,
            new Editing.Kind(
                "alarm-receiver", "alarm receiver", "/api/alarm-receivers/", Role.ADMIN),
            Body.class,
            receivers,
            id -> AlarmReceiverJson.of(row(id)),
            AlarmReceiverJson::version);
  }

  /** What people write of a receiver. */
  record Body(
      @Nullable String name,
      @Schema(description = "webhook or e-mail; it cannot be changed") @Nullable String kind,
      @Schema(
              description = "A URL, or one e-mail address",
              example = "https://alerts.example.com/matriarch")
          @Nullable String address,
      @Schema(
              description =
                  "Of a webhook, 32 to 200 characters; left out, one is made and shown once",
              accessMode = Schema.AccessMode.WRITE_ONLY)
          @Nullable String secret,
      @Schema(description = "Only problems of this environment; null: all")
          @Nullable String environment,
      @Schema(description = "warning or critical", defaultValue = "warning")
          @Nullable String leastSeverity,
      @Schema(description = "Only problems of these kinds; null: all")
          @Nullable List<String> problemKinds,
      @Schema(defaultValue = "true") @Nullable Boolean enabled) {

    @Override
    public String toString() {
      return "receiver " + name;
    }
  }

  /** What a webhook is signed with from now on. */
  @Schema(name = "AlarmSecret")
  record NewSecret(String secret) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /** What came of a test. */
  @Schema(name = "AlarmAttempt")
  record Tested(boolean delivered, @Schema(description = "What came back") String answer) {}

  @GetMapping
  @Operation(summary = "List receivers of alarms (role admin)")
  Page<AlarmReceiverJson> list(@ParameterObject Asked asked) {
    mayRead("all");
    return Page.of(deliveries.receivers(), asked.query(), Page.each(AlarmReceiverJson::of));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One receiver (role admin); its ETag is what If-Match wants")
  ResponseEntity<AlarmReceiverJson> show(@PathVariable("id") long id) {
    mayRead("alarm-receiver " + id);
    return editing.show(id);
  }

  @GetMapping("/{id}/deliveries")
  @Operation(summary = "What a receiver was told (role admin), the newest first")
  Page<AlarmDeliveryJson> deliveries(@PathVariable("id") long id, @ParameterObject Asked asked) {
    mayRead("alarm-receiver " + id);
    Query query = asked.query().and(Query.Filter.equal("receiverId", Long.toString(row(id).id())));
    return Page.of(deliveries.all(), query, Page.each(AlarmDeliveryJson::of));
  }

  @PostMapping
  @JsonBody(Body.class)
  @Operation(
      summary = "Add a receiver (role admin); with a name that exists, the existing one",
      description =
          "A webhook that is given no secret gets one; the answer to the first request shows it, and only that.")
  ResponseEntity<AlarmReceiverJson> create(@RequestBody byte[] json) {
    Creation made = editing.make(json, this::draft, AlarmReceiversApi::fields);
    Secret secret = made.secret();
    return editing.created(
        made, AlarmReceiverJson.of(row(made.id()), secret == null ? null : secret.reveal()));
  }

  @PatchMapping("/{id}")
  @JsonBody(Body.class)
  @Operation(summary = "Change what the body names (role admin)")
  ResponseEntity<AlarmReceiverJson> change(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
      @RequestBody byte[] json) {
    return editing.change(id, ifMatch, json, this::over);
  }

  @DeleteMapping("/{id}")
  @Operation(summary = "Forget a receiver with its deliveries (role admin)")
  ResponseEntity<Void> delete(
      @PathVariable("id") long id,
      @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
    return editing.delete(id, ifMatch);
  }

  @PostMapping("/{id}/test")
  @Operation(summary = "Send a test now (role admin), and hear what came back")
  Tested test(@PathVariable("id") long id) {
    guard.read(Role.ADMIN, "alarm-receiver.test", "alarm-receiver " + id, () -> editing.find(id));
    Attempt attempt = receivers.test(id);
    return new Tested(attempt.delivered(), attempt.answer());
  }

  @PostMapping("/{id}/secret")
  @Operation(summary = "Make a webhook a new secret (role admin); the old one ends at once")
  NewSecret secret(@PathVariable("id") long id) {
    guard.read(Role.ADMIN, "alarm-receiver.secret", "alarm-receiver " + id, () -> editing.find(id));
    return new NewSecret(receivers.newSecret(id).reveal());
  }

  private void mayRead(String what) {
    access.require(Role.ADMIN, Scope.everywhere(), "alarm-receiver.read", what);
  }

  /** The names of a draft's fields where they differ from those of the body. */
  private static Set<String> fields(Given<Body> given) {
    Set<String> fields = new HashSet<>(given.names());
    if (fields.remove("environment")) {
      fields.add("environmentId");
    }
    return fields;
  }

  private ReceiverDraft draft(Given<Body> given) {
    Body body = given.body();
    return new ReceiverDraft(
        given.must("name", body.name()),
        given.must("kind", body.kind()),
        given.must("address", body.address()),
        secret(given),
        names.environment(given, body.environment(), null),
        given.or("leastSeverity", body.leastSeverity(), "warning"),
        body.problemKinds(),
        given.or("enabled", body.enabled(), true));
  }

  private ReceiverDraft over(Given<Body> given, ReceiverDraft base) {
    Body body = given.body();
    return new ReceiverDraft(
        given.or("name", body.name(), base.name()),
        given.or("kind", body.kind(), base.kind()),
        given.or("address", body.address(), base.address()),
        secret(given),
        names.environment(given, body.environment(), base.environmentId()),
        given.or("leastSeverity", body.leastSeverity(), base.leastSeverity()),
        given.orNull("problemKinds", body.problemKinds(), base.problemKinds()),
        given.or("enabled", body.enabled(), base.enabled()));
  }

  private static @Nullable Secret secret(Given<Body> given) {
    return given.has("secret") ? Secret.of(given.must("secret", given.body().secret())) : null;
  }

  private ReceiverRow row(long id) {
    return deliveries.receivers().byKey(id).orElseThrow(() -> new NotFound("alarm receiver", id));
  }
}
