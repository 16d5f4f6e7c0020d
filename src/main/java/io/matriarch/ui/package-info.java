/**
 * Every screen: the shell around them, the grids, the forms, the confirm dialog and the job page.
 * Nothing imports this package.
 */
@ApplicationModule(
    allowedDependencies = {
      "database",
      "security",
      "audit",
      "inventory",
      "check",
      "job",
      "discovery",
      "drill",
      "watch",
      "alarm",
      "remote"
    })
@NullMarked
package io.matriarch.ui;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
