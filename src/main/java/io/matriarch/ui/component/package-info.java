/** Grid mechanics and the small elements that state, age and lag are shown with. */
@NullMarked
package io.matriarch.ui.component;

import org.jspecify.annotations.NullMarked;
