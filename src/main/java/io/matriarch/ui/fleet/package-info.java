/** Environments, servers, herds and instances. */
@NullMarked
package io.matriarch.ui.fleet;

import org.jspecify.annotations.NullMarked;
