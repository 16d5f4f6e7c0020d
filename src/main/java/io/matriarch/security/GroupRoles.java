package io.matriarch.security;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** Which groups give which role; of several the highest counts. */
final class GroupRoles {

  private final Map<Role, Set<Object>> byRole = new EnumMap<>(Role.class);

  /** A group as found: its distinguished names and its common names. */
  record Group(List<String> dns, List<String> cns) {}

  GroupRoles(Map<Role, String> configured) {
    configured.forEach(
        (role, names) -> {
          Set<Object> keys = new HashSet<>();
          for (String name : names.split(";")) {
            if (!name.isBlank()) {
              keys.add(name.contains("=") ? dn(name.strip()) : word(name));
            }
          }
          byRole.put(role, keys);
        });
  }

  Optional<Role> highest(Collection<Group> groups) {
    return byRole.entrySet().stream()
        .filter(entry -> groups.stream().anyMatch(group -> matches(group, entry.getValue())))
        .map(Map.Entry::getKey)
        .max(Comparator.naturalOrder());
  }

  private static boolean matches(Group group, Set<Object> keys) {
    return group.cns().stream().anyMatch(cn -> keys.contains(word(cn)))
        || group.dns().stream().anyMatch(name -> keys.contains(dn(name)));
  }

  private static String word(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private static Object dn(String name) {
    try {
      return new LdapName(name);
    } catch (InvalidNameException e) {
      throw new IllegalArgumentException(
          "matriarch.ldap.roles: " + name + " is no distinguished name; write cn=...,dc=...", e);
    }
  }
}
