/**
 * What we store about the fleet: environments, servers, herds, instances, and how old each fact is.
 */
@ApplicationModule(allowedDependencies = {"pool", "dns", "hook", "database", "security", "audit"})
@NullMarked
package io.matriarch.inventory;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
