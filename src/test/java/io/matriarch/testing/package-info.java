/** What many tests share: a real database, migrated as in production. */
@NullMarked
package io.matriarch.testing;

import org.jspecify.annotations.NullMarked;
