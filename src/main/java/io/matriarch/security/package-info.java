/** Who somebody is, what they may do ({@link Access}), and the ways to sign in. */
@ApplicationModule(allowedDependencies = {"audit"})
@NullMarked
package io.matriarch.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
