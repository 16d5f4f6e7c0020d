package io.matriarch.watch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of view {@code v_happening}: what was seen to change, a problem that began or ended, or
 * an edit. Ids are null for what is no more.
 *
 * @param kind as table {@code fleet_event} has it; else problem, problem-over or edit
 * @param became the new value; the kind of problem; the audited action
 * @param actor who edited; null if nobody did
 * @param target the name of what was edited, at that moment
 */
public record Happening(
    Instant at,
    String kind,
    @Nullable String was,
    @Nullable String became,
    @Nullable String detail,
    @Nullable String actor,
    @Nullable String instance,
    @Nullable String server,
    @Nullable String herd,
    @Nullable String target,
    @Nullable Long instanceId,
    @Nullable Long serverId,
    @Nullable Long herdId) {}
