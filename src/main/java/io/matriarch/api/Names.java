package io.matriarch.api;

import io.matriarch.inventory.Environments;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.ProfileDraft;
import io.matriarch.inventory.Profiles;
import io.matriarch.inventory.Versioned;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Names in bodies to ids and back; a wrong one is the fault of its field. */
@Component
class Names {

  private final Environments environments;
  private final Profiles profiles;

  Names(Environments environments, Profiles profiles) {
    this.environments = environments;
    this.profiles = profiles;
  }

  @Nullable Long environment(Given<?> given, @Nullable String name, @Nullable Long base) {
    if (!given.has("environment")) {
      return base;
    }
    try {
      return name == null ? null : environments.idOf(name);
    } catch (NotFound e) {
      throw new InvalidField("environment", "is unknown: " + e.reason());
    }
  }

  @Nullable Long profile(Given<?> given, @Nullable String name, @Nullable Long base) {
    if (!given.has("commandProfile")) {
      return base;
    }
    try {
      return name == null ? null : profiles.idOf(name);
    } catch (NotFound e) {
      throw new InvalidField("commandProfile", "is unknown: " + e.reason());
    }
  }

  @Nullable String profile(@Nullable Long id) {
    return id == null
        ? null
        : profiles.find(id).map(Versioned::content).map(ProfileDraft::name).orElse(null);
  }
}
