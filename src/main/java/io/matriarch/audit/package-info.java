/** The append-only trail of who asked for what, on what, and what came of it. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
