package io.matriarch.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.audit.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.security.core.context.SecurityContextHolder;

class SignInAgeTest {

  private final MockHttpSession session = new MockHttpSession();

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  private boolean signedInAfter(Duration age) throws Exception {
    Actor anna = new Actor("anna", Role.ADMIN, Origin.SCREEN, null);
    SecurityContextHolder.getContext()
        .setAuthentication(new ActorAuthentication(anna, Instant.now()));
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/instances");
    request.setSession(session);
    AtomicBoolean signedIn = new AtomicBoolean();
    new SignInAge(Clock.offset(Clock.systemUTC(), age))
        .doFilter(
            request,
            new MockHttpServletResponse(),
            (passedRequest, passedResponse) ->
                signedIn.set(
                    Objects.nonNull(SecurityContextHolder.getContext().getAuthentication())));
    return signedIn.get();
  }

  @Test
  void a_sign_in_of_less_than_twelve_hours_goes_on() throws Exception {
    assertThat(signedInAfter(Duration.ofMinutes(11 * 60 + 59))).isTrue();
    assertThat(session.isInvalid()).isFalse();
  }

  @Test
  void after_twelve_hours_the_request_goes_on_as_nobody_and_the_session_is_gone() throws Exception {
    assertThat(signedInAfter(Duration.ofMinutes(12 * 60 + 1))).isFalse();
    assertThat(session.isInvalid()).isTrue();
  }
}
