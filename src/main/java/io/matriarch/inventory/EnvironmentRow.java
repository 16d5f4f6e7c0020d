package io.matriarch.inventory;

import org.jspecify.annotations.Nullable;

/** One line of the Environments grid, from view {@code v_environment}. */
public record EnvironmentRow(
    long id,
    String name,
    String description,
    int position,
    int version,
    long servers,
    long herds,
    long instances,
    @Nullable Integer stallObjectiveMillis,
    @Nullable Integer lagObjectiveSeconds) {}
