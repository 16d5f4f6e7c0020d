package io.matriarch.security;

import io.matriarch.audit.Audit;
import java.nio.file.Path;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.AuthenticationManager;

/** Puts the ways to sign in together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LdapProperties.class)
class SecurityConfiguration {

  private static final int REMEMBERED_FAILURES = 10_000;

  @Bean
  AuthenticationManager authenticationManager(
      LdapProperties ldap,
      JdbcClient jdbc,
      Audit audit,
      Clock clock,
      @Value("${matriarch.data-directory}") Path dataDirectory) {
    Directory directory = ldap.configured() ? LdapDirectory.of(ldap) : new NoDirectory();
    BreakGlass breakGlass =
        new BreakGlass(jdbc, dataDirectory.resolve("secrets").resolve("break-glass"));
    breakGlass.prepare();
    return new SignIn(
        directory, breakGlass, new FailedSignIns(clock, REMEMBERED_FAILURES), audit, clock);
  }
}
