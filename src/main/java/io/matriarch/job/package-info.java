/**
 * The engine: an Action turns a Fleet into a Plan of Steps; a Job keeps the plans of its targets
 * and runs them against a World, so that a console may die at any instant and nobody is left
 * waiting.
 */
@ApplicationModule(
    allowedDependencies = {
      "check",
      "inventory",
      "remote",
      "postgres",
      "pool",
      "dns",
      "hook",
      "database",
      "security",
      "audit"
    })
@NullMarked
package io.matriarch.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
