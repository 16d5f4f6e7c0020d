package io.matriarch.inventory;

/** What people write of an instance. */
public record InstanceDraft(Candidacy.Preference preference) {}
