package io.matriarch.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.logout.SecurityContextLogoutHandler;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Ends a sign-in after twelve hours: an open page keeps its session alive by itself, and the role
 * in it is that of the sign-in. For the chain of the screens, behind the one that loads the
 * session.
 */
public final class SignInAge extends OncePerRequestFilter {

  static final Duration LONGEST = Duration.ofHours(12);

  private final Clock clock;
  private final SecurityContextLogoutHandler logout = new SecurityContextLogoutHandler();

  public SignInAge(Clock clock) {
    this.clock = clock;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (SecurityContextHolder.getContext().getAuthentication() instanceof ActorAuthentication actor
        && actor.since().plus(LONGEST).isBefore(clock.instant())) {
      logout.logout(request, response, actor);
    }
    chain.doFilter(request, response);
  }
}
