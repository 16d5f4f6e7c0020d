/** What {@code ./dev bench} measures: paired runs, median, minimum and maximum, no assertions. */
@NullMarked
package io.matriarch.bench;

import org.jspecify.annotations.NullMarked;
