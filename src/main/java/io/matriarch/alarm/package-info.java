/**
 * Alarms reach people who do not look at the screen: who is told that a problem opens or ends, and
 * the sending of it by webhook and e-mail.
 */
@ApplicationModule(allowedDependencies = {"inventory", "database", "security", "audit"})
@NullMarked
package io.matriarch.alarm;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
