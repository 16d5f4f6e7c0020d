/** From ticked rows to a confirmed job, and the page that shows it run. */
@NullMarked
package io.matriarch.ui.job;

import org.jspecify.annotations.NullMarked;
