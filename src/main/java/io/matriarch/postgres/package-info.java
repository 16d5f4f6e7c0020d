/**
 * Reading managed PostgreSQL instances: which commands to run on their own host, what their output
 * means, and the same asked over the network. Who runs the commands, and how, is not known here.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.postgres;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
