@NullMarked
package io.matriarch.action.step;

import org.jspecify.annotations.NullMarked;
