package io.matriarch.api;

import io.matriarch.audit.Audit;
import io.matriarch.discovery.Reports;
import io.matriarch.security.TokenAuthentication;
import io.matriarch.security.Tokens;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.UsernamePasswordAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;

/**
 * Who gets into {@code /api}: bearers of tokens; no session, so nothing to forge a request with.
 * And what stands open beside it.
 */
@Configuration(proxyBeanMethods = false)
class ApiSecurity {

  private static final long LARGEST_BODY = 1 << 20;

  /** Agents prove themselves by their server's own token, which {@code discovery} looks at. */
  @Bean
  @Order(10)
  SecurityFilterChain reportChain(HttpSecurity http) throws Exception {
    return bare(http.securityMatcher("/api/report"), Reports.MAX_BYTES)
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  /** Checks of balancers cannot sign in; they learn a word about a number. */
  @Bean
  @Order(15)
  SecurityFilterChain healthChain(HttpSecurity http) throws Exception {
    return bare(http.securityMatcher("/health/**"), 0)
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(HttpMethod.GET, "/health/instances/*/*")
                    .permitAll()
                    .anyRequest()
                    .denyAll())
        .exceptionHandling(
            handling ->
                handling
                    .authenticationEntryPoint((request, response, e) -> response.setStatus(404))
                    .accessDeniedHandler((request, response, e) -> response.setStatus(404)))
        .build();
  }

  @Bean
  @Order(20)
  SecurityFilterChain apiChain(HttpSecurity http, Tokens tokens, Audit audit) throws Exception {
    return bare(http.securityMatcher("/api/**"), LARGEST_BODY)
        .addFilterBefore(
            new TokenAuthentication(tokens, audit, ApiSecurity::refuse),
            UsernamePasswordAuthenticationFilter.class)
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(HttpMethod.GET, "/api/openapi.json")
                    .permitAll()
                    .anyRequest()
                    .hasRole("VIEWER"))
        .exceptionHandling(
            handling ->
                handling
                    .authenticationEntryPoint(ApiSecurity::refuse)
                    .accessDeniedHandler((request, response, e) -> forbid(request, response)))
        .build();
  }

  private static HttpSecurity bare(HttpSecurity http, long largestBody) throws Exception {
    return http.csrf(csrf -> csrf.disable())
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .formLogin(form -> form.disable())
        .httpBasic(basic -> basic.disable())
        .logout(logout -> logout.disable())
        .requestCache(cache -> cache.disable())
        .anonymous(anonymous -> {})
        .addFilterBefore(new RequestId(), SecurityContextHolderFilter.class)
        .addFilterBefore(new BodyLimit(largestBody), AuthorizationFilter.class);
  }

  private static void refuse(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
      throws IOException {
    response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    Problem.of(
            HttpStatus.UNAUTHORIZED,
            "unauthorized",
            "The request was not carried out: it carries no valid token. Send the header \"Authorization: Bearer ...\" with a token that an administrator made.")
        .send(request, response);
  }

  private static void forbid(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Problem.of(
            HttpStatus.FORBIDDEN,
            "forbidden",
            "The request was not carried out: the role of this token does not allow it. Ask an administrator for another one.")
        .send(request, response);
  }
}
