package io.matriarch.ui.shell;

import static com.vaadin.flow.spring.security.VaadinSecurityConfigurer.vaadin;

import io.matriarch.security.SignInAge;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;

/** The filter chain of the screens: everything that no other chain claims. */
@Configuration(proxyBeanMethods = false)
class ScreenSecurity {

  private static final String[] OPEN = {"/ui/**", "/_static/**", "/aura/**", "/favicon.svg"};

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  SecurityFilterChain screens(HttpSecurity http, AuthenticationManager people) throws Exception {
    http.authenticationManager(people)
        .addFilterAfter(new SignInAge(Clock.systemUTC()), SecurityContextHolderFilter.class)
        .authorizeHttpRequests(requests -> requests.requestMatchers(OPEN).permitAll())
        .with(
            vaadin(),
            screens ->
                screens
                    .loginView(LoginView.class)
                    // An unknown address is a 404 of ours, not a bare 403.
                    .anyRequest(request -> request.authenticated()));
    return http.build();
  }
}
