/** The demo: the whole product with a directory of people and a fleet of real servers. */
@NullMarked
package io.matriarch.demo;

import org.jspecify.annotations.NullMarked;
