@NullMarked
package io.matriarch;

import org.jspecify.annotations.NullMarked;
