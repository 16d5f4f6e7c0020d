package io.matriarch.security;

import java.time.Instant;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/** A signed-in actor as Spring Security keeps it; all included roles are authorities. */
public final class ActorAuthentication extends AbstractAuthenticationToken {

  private static final long serialVersionUID = 1L;

  private final Actor actor;
  private final Instant since;

  public ActorAuthentication(Actor actor, Instant since) {
    super(
        AuthorityUtils.createAuthorityList(
            actor.role().included().stream().map(role -> "ROLE_" + role.name()).toList()));
    this.actor = actor;
    this.since = since;
    setAuthenticated(true);
  }

  /** When the actor signed in. */
  Instant since() {
    return since;
  }

  @Override
  public Actor getPrincipal() {
    return actor;
  }

  @Override
  public String getCredentials() {
    return "";
  }
}
