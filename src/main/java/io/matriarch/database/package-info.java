/**
 * The metadata database: an embedded PostgreSQL (or the user's own server), and news from it by
 * LISTEN/NOTIFY.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.matriarch.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
