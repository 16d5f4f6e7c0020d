/**
 * What agents report and what our own probes see becomes the inventory: which facts are newer, who
 * follows whom, how far behind, and which herd it is.
 */
@ApplicationModule(
    allowedDependencies = {
      "inventory",
      "check",
      "remote",
      "postgres",
      "pool",
      "dns",
      "database",
      "security",
      "audit"
    })
@NullMarked
package io.matriarch.discovery;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
