/** Drills of the loss of a site, and what they measured. */
@NullMarked
package io.matriarch.ui.recovery;

import org.jspecify.annotations.NullMarked;
