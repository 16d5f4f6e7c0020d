/**
 * Holding, pointing and looking at PgBouncer on its own host: which commands to run there, and what
 * their output means. Who runs the commands, and how, is not known here.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.pool;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
