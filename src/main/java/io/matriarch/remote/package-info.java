/**
 * Commands on hosts over SSH: pinned host keys, our own key pair, bounded connections and output.
 * It knows hosts and argument lists, and nothing of herds or instances.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.remote;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
