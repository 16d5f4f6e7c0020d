/**
 * Scripts of the installation's own on the console's host: which there are, whether they are safe
 * to run, and running them. What they are told, and when, is not known here.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.hook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
