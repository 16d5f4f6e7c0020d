package io.matriarch.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the last attempt to read an instance by its herd's monitor login came to: {@code rights} if
 * it answered, {@code trouble} if not.
 *
 * @param rights MONITOR, LESS (not a member of pg_monitor) or SUPERUSER
 */
public record MonitorLook(
    long instanceId,
    String server,
    @Nullable Integer port,
    Instant lookedAt,
    @Nullable String rights,
    @Nullable String trouble) {}
