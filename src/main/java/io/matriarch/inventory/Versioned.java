package io.matriarch.inventory;

/** What a person edits, with its id and the version that the edit starts from. */
public record Versioned<D>(long id, int version, D content) {}
