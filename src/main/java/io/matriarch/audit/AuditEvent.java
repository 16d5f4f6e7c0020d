package io.matriarch.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One row of the trail as it was written; {@code detail} is a JSON object. */
public record AuditEvent(
    long id,
    Instant at,
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
    @Nullable Long intentId,
    Outcome outcome,
    String detail) {}
