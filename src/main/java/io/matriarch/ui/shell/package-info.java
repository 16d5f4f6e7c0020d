/** The frame of every page: navigation, sign-in, errors, help. */
@NullMarked
package io.matriarch.ui.shell;

import org.jspecify.annotations.NullMarked;
