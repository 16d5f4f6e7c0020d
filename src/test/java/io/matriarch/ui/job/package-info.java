@NullMarked
package io.matriarch.ui.job;

import org.jspecify.annotations.NullMarked;
