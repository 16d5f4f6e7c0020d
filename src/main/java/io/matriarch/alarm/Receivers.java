package io.matriarch.alarm;

import io.matriarch.audit.AuditEntry;
import io.matriarch.inventory.Changed;
import io.matriarch.inventory.Conflict;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.Editable;
import io.matriarch.inventory.Edits;
import io.matriarch.inventory.Fields;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.security.Secret;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Edits receivers of alarms. Every edit needs the role admin and is in the audit trail. */
@Service
public class Receivers implements Editable<ReceiverDraft> {

  private static final String KIND = "alarm-receiver";

  private final ReceiverTable table;
  private final Access access;
  private final Edits edits;
  private final WebhookSecrets secrets;
  private final Webhooks webhooks;
  private final Mails mails;
  private final Outbox outbox;
  private final Courier courier;

  Receivers(
      ReceiverTable table,
      Access access,
      Edits edits,
      WebhookSecrets secrets,
      Webhooks webhooks,
      Mails mails,
      Outbox outbox,
      Courier courier) {
    this.table = table;
    this.access = access;
    this.edits = edits;
    this.secrets = secrets;
    this.webhooks = webhooks;
    this.mails = mails;
    this.outbox = outbox;
    this.courier = courier;
  }

  /** The receiver as people wrote it, without its secret. */
  @Override
  public Optional<Versioned<ReceiverDraft>> find(long id) {
    return table.find(id);
  }

  /** Makes it, or returns the one that has this name and content. */
  @Override
  public Creation create(ReceiverDraft draft, Set<String> given) {
    Actor actor = require("create", draft.name());
    Optional<String> refusal = refusal(draft);
    return edits.make(
        entry(actor, "create", draft.name(), null), () -> insert(draft, given, refusal));
  }

  @Override
  public void update(long id, int version, ReceiverDraft draft) {
    ReceiverDraft now = get(id).content();
    Actor actor = require("update", now.name());
    Optional<String> refusal =
        now.address().equals(draft.address()) ? Optional.empty() : refusal(draft);
    edits.make(noted(actor, id, now, draft), () -> save(id, version, now, draft, refusal));
  }

  /** Names of what changed; of an address no more than everybody may read. */
  private static AuditEntry noted(Actor actor, long id, ReceiverDraft now, ReceiverDraft draft) {
    AuditEntry entry = entry(actor, "update", now.name(), id);
    if (!now.kind().equals(draft.kind())) {
      return entry;
    }
    AuditEntry noted = Changed.note(entry, now.at(draft.address()), draft);
    return now.address().equals(draft.address())
        ? noted
        : noted.with("address", now.place() + " -> " + draft.place());
  }

  /** Forgets it with what it was sent; what waits is not sent any more. */
  @Override
  public void delete(long id, int version) {
    ReceiverDraft now = get(id).content();
    Actor actor = require("delete", now.name());
    edits.make(entry(actor, "delete", now.name(), id), () -> remove(id, version, now));
  }

  /**
   * A new secret for a webhook; the old one ends at once.
   *
   * @throws Conflict if it is no webhook
   */
  public Secret newSecret(long id) {
    ReceiverDraft now = get(id).content();
    Actor actor = require("secret", now.name());
    return edits.make(
        entry(actor, "secret", now.name(), id),
        () -> {
          if (now.told() != ReceiverKind.WEBHOOK) {
            throw new Conflict(
                "%s got no secret: e-mail is not signed. Nothing was changed."
                    .formatted(what(now)));
          }
          return secrets.replace(id);
        });
  }

  /** Sends a test now, also to a receiver that is disabled, and says what came back. */
  public Attempt test(long id) {
    ReceiverDraft now = get(id).content();
    Actor actor = require("test", now.name());
    Claim test = edits.make(entry(actor, "test", now.name(), id), () -> outbox.test(id));
    return courier.deliver(test);
  }

  private Actor require(String verb, String name) {
    return access.require(Role.ADMIN, Scope.everywhere(), KIND + "." + verb, name);
  }

  private static AuditEntry entry(Actor actor, String verb, String name, @Nullable Long id) {
    return actor.entry(KIND + "." + verb).on(KIND, name, id);
  }

  private Creation insert(ReceiverDraft draft, Set<String> given, Optional<String> refusal) {
    Optional<Versioned<ReceiverDraft>> there = table.lookUp(draft.name()).flatMap(table::find);
    if (there.isPresent()) {
      Changed.refuseOther(
          what(draft), there.get().content(), secrets.unlessStored(there.get().id(), draft), given);
      return Creation.existing(there.get().id());
    }
    refuse(draft, refusal);
    long id = table.insert(draft);
    if (draft.told() != ReceiverKind.WEBHOOK) {
      return Creation.made(id);
    }
    Secret secret = draft.secret();
    if (secret == null) {
      return new Creation(id, true, secrets.replace(id));
    }
    secrets.keep(id, secret);
    return Creation.made(id);
  }

  private void save(
      long id, int version, ReceiverDraft read, ReceiverDraft draft, Optional<String> refusal) {
    if (!draft.kind().equals(read.kind())) {
      throw new InvalidField("kind", "cannot be changed; delete it and add the other one");
    }
    refuse(draft, refusal);
    table
        .lookUp(draft.name())
        .filter(other -> other != id)
        .ifPresent(other -> Changed.refuseName(what(draft)));
    if (!table.update(id, version, draft)) {
      throw edits.lost(what(draft), KIND, get(id), version, draft);
    }
    Secret secret = draft.secret();
    if (secret != null) {
      secrets.keep(id, secret);
    }
    outbox.settle(id, draft.enabled());
  }

  private void remove(long id, int version, ReceiverDraft read) {
    if (!table.delete(id, version)) {
      throw edits.lost(what(read), KIND, get(id), version, read);
    }
  }

  /** Why nothing could or may be sent there, if so. It asks DNS: not within a transaction. */
  private Optional<String> refusal(ReceiverDraft draft) {
    return switch (draft.told()) {
      case WEBHOOK -> webhooks.refusal(URI.create(draft.address()));
      case E_MAIL -> mails.refusal();
    };
  }

  private void refuse(ReceiverDraft draft, Optional<String> refusal) {
    if (refusal.isPresent()) {
      throw new InvalidField("address", "cannot be used: " + refusal.get());
    }
    Long environment = draft.environmentId();
    if (environment != null && !table.knowsEnvironment(environment)) {
      throw new InvalidField("environment", "is unknown: there is no environment " + environment);
    }
  }

  private Versioned<ReceiverDraft> get(long id) {
    return find(id).orElseThrow(() -> new NotFound("alarm receiver", id));
  }

  private static String what(ReceiverDraft draft) {
    return "receiver " + Fields.shown(draft.name());
  }
}
