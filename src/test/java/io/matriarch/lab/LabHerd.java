package io.matriarch.lab;

import java.util.List;
import java.util.Map;

/**
 * A herd of a lab.
 *
 * @param members the primary first
 * @param passwords of the roles {@code postgres}, {@code replicator}, {@code rewind} and {@code
 *     app}
 */
public record LabHerd(
    String name,
    String version,
    int port,
    String database,
    String primary,
    List<String> members,
    String dataDirectory,
    Map<String, String> passwords) {}
