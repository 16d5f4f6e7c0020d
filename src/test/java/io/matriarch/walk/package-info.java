/** Whole walks over the demo's real fleet, through the API, with things broken on purpose. */
@NullMarked
package io.matriarch.walk;

import org.jspecify.annotations.NullMarked;
