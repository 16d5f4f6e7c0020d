/**
 * Watches the fleet: probes what fell silent, keeps the list of problems, and tells which herds
 * could be switched over.
 */
@ApplicationModule(
    allowedDependencies = {
      "inventory",
      "job",
      "check",
      "remote",
      "postgres",
      "pool",
      "database",
      "security",
      "audit"
    })
@NullMarked
package io.matriarch.watch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
