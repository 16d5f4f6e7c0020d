package io.matriarch.inventory;

/** A console-wide setting as it stands. */
public record Setting(String name, String value, String description) {}
