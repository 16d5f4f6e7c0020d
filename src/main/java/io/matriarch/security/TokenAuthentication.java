package io.matriarch.security;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Origin;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets a request in that carries a valid bearer token. Without one the request goes on as nobody's;
 * with a wrong one it ends at the entry point. Not a bean: it belongs to the API's chain alone.
 */
public final class TokenAuthentication extends OncePerRequestFilter {

  private static final String BEARER = "Bearer ";

  private final Tokens tokens;
  private final Audit audit;
  private final AuthenticationEntryPoint refusal;
  private final Clock clock = Clock.systemUTC();
  private final FailedSignIns failures = new FailedSignIns(clock, 1_000);

  public TokenAuthentication(Tokens tokens, Audit audit, AuthenticationEntryPoint refusal) {
    this.tokens = tokens;
    this.audit = audit;
    this.refusal = refusal;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Secret token = bearer(request);
    if (token == null) {
      chain.doFilter(request, response);
      return;
    }
    Optional<Actor> actor = tokens.actor(token, request.getRemoteAddr());
    if (actor.isEmpty()) {
      note(request);
      refusal.commence(
          request,
          response,
          new BadCredentialsException("The token is unknown, revoked or past its end."));
      return;
    }
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(new ActorAuthentication(actor.get(), clock.instant()));
    SecurityContextHolder.setContext(context);
    chain.doFilter(request, response);
  }

  private static @Nullable Secret bearer(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? Secret.of(header.substring(BEARER.length()).strip())
        : null;
  }

  /** A tool that goes on with a revoked token must not fill the trail. */
  private void note(HttpServletRequest request) {
    String address = request.getRemoteAddr();
    if (!failures.wait("token", address).isPositive()) {
      failures.failed("token", address);
      audit.denied(
          AuditEntry.of("(unknown token)", null, Origin.API, address, "sign-in.token")
              .with("path", request.getRequestURI()));
    }
  }
}
