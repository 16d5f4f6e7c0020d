/** What operators may ask for, one class each, and the steps these are made of. */
@ApplicationModule(
    allowedDependencies = {"job", "check", "inventory", "remote", "postgres", "hook", "security"})
@NullMarked
package io.matriarch.action;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
