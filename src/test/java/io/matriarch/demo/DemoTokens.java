package io.matriarch.demo;

import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.ApiToken;
import io.matriarch.security.Role;
import io.matriarch.security.Tokens;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationContext;

/** One API token for each role, made once; a lost one is revoked and made anew. */
final class DemoTokens {

  private final Tokens tokens;
  private final DemoSecrets secrets;

  DemoTokens(ApplicationContext console, DemoSecrets secrets) {
    this.tokens = console.getBean(Tokens.class);
    this.secrets = secrets;
  }

  /** By role, as people write it. */
  Map<String, String> all() {
    return Access.as(
        Actor.system("demo"),
        () -> {
          Map<String, String> byRole = new LinkedHashMap<>();
          for (Role role : Role.values()) {
            byRole.put(role.stored(), token(role));
          }
          return byRole;
        });
  }

  private String token(Role role) {
    String name = "demo-" + role.stored();
    List<ApiToken> inUse =
        tokens.list().stream()
            .filter(token -> token.name().equals(name) && token.revokedAt() == null)
            .toList();
    if (!inUse.isEmpty() && secrets.find(name).isPresent()) {
      return secrets.find(name).orElseThrow();
    }
    inUse.forEach(token -> tokens.revoke(token.id()));
    String fresh = tokens.create(name, role, null).secret().reveal();
    secrets.keep(name, fresh);
    return fresh;
  }
}
