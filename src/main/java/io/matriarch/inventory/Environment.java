package io.matriarch.inventory;

/** Where herds live: dev, stage, prod. */
public record Environment(long id, String name) {}
