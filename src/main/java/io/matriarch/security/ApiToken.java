package io.matriarch.security;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A token as it is listed: everything but the token. */
public record ApiToken(
    long id,
    String name,
    Role role,
    Instant createdAt,
    String createdBy,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable String revokedBy,
    @Nullable Instant lastUsedAt) {}
