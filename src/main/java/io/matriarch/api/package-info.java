/** REST under {@code /api}: what other tools see of Matriarch, stable once published. */
@ApplicationModule(
    allowedDependencies = {
      "database",
      "security",
      "audit",
      "inventory",
      "check",
      "job",
      "discovery",
      "drill",
      "watch",
      "alarm"
    })
@NullMarked
package io.matriarch.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
