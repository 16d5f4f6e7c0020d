/**
 * Drills: brings herds back that a drill has taken to their DR site, and reports what clients felt
 * on the way there and back.
 */
@ApplicationModule(allowedDependencies = {"inventory", "job", "database", "security"})
@NullMarked
package io.matriarch.drill;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
