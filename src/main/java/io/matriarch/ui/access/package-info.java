/** The audit trail, and what administrators look after: tokens, command profiles, settings. */
@NullMarked
package io.matriarch.ui.access;

import org.jspecify.annotations.NullMarked;
