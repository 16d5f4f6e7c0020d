@NullMarked
package io.matriarch.action.herd;

import org.jspecify.annotations.NullMarked;
