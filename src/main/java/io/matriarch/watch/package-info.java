/** Watches the fleet: probes what fell silent, and keeps the list of problems. */
@ApplicationModule(allowedDependencies = {"inventory", "database", "security", "audit"})
@NullMarked
package io.matriarch.watch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
