@NullMarked
package io.matriarch.action.instance;

import org.jspecify.annotations.NullMarked;
