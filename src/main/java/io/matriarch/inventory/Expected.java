package io.matriarch.inventory;

import org.jspecify.annotations.Nullable;

/**
 * An instance that is being made for a herd, as far as that is known beforehand.
 *
 * @param configFile null if it lies in the data directory
 * @param debianCluster such as {@code 17/main}; null if Debian's tools do not know it
 * @param unit of systemd that starts it; null if none does
 */
public record Expected(
    long serverId,
    long herdId,
    String dataDirectory,
    int port,
    @Nullable String socketDirectory,
    @Nullable String binDirectory,
    @Nullable String configFile,
    String owner,
    @Nullable String debianCluster,
    @Nullable String unit,
    int versionNum) {}
