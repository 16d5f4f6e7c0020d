package io.matriarch.audit;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line for the trail, before it has a number and an instant. Built with {@link #of}. */
public record AuditEntry(
    String actor,
    @Nullable String role,
    Origin origin,
    @Nullable String address,
    String action,
    @Nullable String targetKind,
    @Nullable String target,
    @Nullable Long targetId,
    @Nullable String environment,
    @Nullable String planHash,
    Map<String, Object> detail) {

  private static final int LONGEST_NAME = 256;

  public AuditEntry {
    actor = cleaned(actor.isBlank() ? "(no name)" : actor);
    target = target == null ? null : cleaned(target);
    if (action.isBlank()) {
      throw new IllegalArgumentException("an audit entry names its action");
    }
    detail = Map.copyOf(detail);
  }

  public static AuditEntry of(
      String actor, @Nullable String role, Origin origin, @Nullable String address, String action) {
    return new AuditEntry(
        actor, role, origin, address, action, null, null, null, null, null, Map.of());
  }

  public AuditEntry on(@Nullable String kind, @Nullable String name, @Nullable Long id) {
    return new AuditEntry(
        actor, role, origin, address, action, kind, name, id, environment, planHash, detail);
  }

  public AuditEntry in(@Nullable String environmentName) {
    return new AuditEntry(
        actor,
        role,
        origin,
        address,
        action,
        targetKind,
        target,
        targetId,
        environmentName,
        planHash,
        detail);
  }

  public AuditEntry plan(@Nullable String hash) {
    return new AuditEntry(
        actor,
        role,
        origin,
        address,
        action,
        targetKind,
        target,
        targetId,
        environment,
        hash,
        detail);
  }

  /** Adds one figure or word to the detail; the value becomes JSON. */
  public AuditEntry with(String key, Object value) {
    Map<String, Object> more = new HashMap<>(detail);
    more.put(key, value instanceof String text ? text.replace('\0', '\uFFFD') : value);
    return new AuditEntry(
        actor,
        role,
        origin,
        address,
        action,
        targetKind,
        target,
        targetId,
        environment,
        planHash,
        more);
  }

  /** Names come from strangers (a failed sign-in): PostgreSQL takes no NUL, and a page no novel. */
  private static String cleaned(String name) {
    String clean = name.replace('\0', '\uFFFD');
    return clean.length() <= LONGEST_NAME ? clean : clean.substring(0, LONGEST_NAME - 1) + "…";
  }
}
