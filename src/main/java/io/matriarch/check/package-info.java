/** Checks: values that say what was looked at, what was seen, and what to do about it. */
@ApplicationModule(allowedDependencies = {"inventory", "postgres", "dns", "hook"})
@NullMarked
package io.matriarch.check;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
