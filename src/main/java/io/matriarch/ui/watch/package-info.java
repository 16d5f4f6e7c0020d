/** What is wrong now, and the fleet at a glance. */
@NullMarked
package io.matriarch.ui.watch;

import org.jspecify.annotations.NullMarked;
