package io.matriarch.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEvent;
import io.matriarch.audit.AuditQuery;
import io.matriarch.audit.Origin;
import io.matriarch.audit.Outcome;
import io.matriarch.audit.TestAudit;
import io.matriarch.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;

class TokensTest {

  private static final Actor ADMIN = new Actor("anna", Role.ADMIN, Origin.SCREEN, null);

  private static TestDatabase database;
  private static Tokens tokens;
  private static Audit audit;

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
    audit = TestAudit.over(database);
    tokens = TestAccess.tokens(database);
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  private static Tokens.Created create(String name, Role role) {
    return Access.as(ADMIN, () -> tokens.create(name, role, null));
  }

  @Test
  void a_token_speaks_for_its_name_and_role_and_only_its_hash_is_kept() {
    Tokens.Created created = create("ci", Role.OPERATOR);

    assertThat(tokens.actor(created.secret(), "192.0.2.9"))
        .contains(new Actor("token:ci", Role.OPERATOR, Origin.API, "192.0.2.9"));
    String stored =
        database
            .jdbc()
            .sql("select api_token::text from api_token where id = :id")
            .param("id", created.id())
            .query(String.class)
            .single();
    assertThat(stored).doesNotContain(created.secret().reveal());
    ApiToken listed =
        Access.as(ADMIN, () -> tokens.list()).stream()
            .filter(token -> token.id() == created.id())
            .findAny()
            .orElseThrow();
    assertThat(listed.createdBy()).isEqualTo("anna");
    assertThat(listed.lastUsedAt()).isNotNull();
    assertThat(audit.search(AuditQuery.all().action("token.create").text("ci")).items())
        .extracting(AuditEvent::outcome)
        .containsExactly(Outcome.SUCCEEDED, Outcome.INTENT);
  }

  @Test
  void a_revoked_token_is_refused_at_once_and_its_name_is_free_again() {
    Tokens.Created first = create("deploy", Role.DBA);
    assertThatThrownBy(() -> create("deploy", Role.DBA)).hasMessageContaining("is in use");

    assertThat(Access.as(ADMIN, () -> tokens.revoke(first.id()))).isTrue();
    assertThat(Access.as(ADMIN, () -> tokens.revoke(first.id()))).isFalse();
    assertThat(tokens.actor(first.secret(), null)).isEmpty();
    assertThat(tokens.actor(create("deploy", Role.DBA).secret(), null)).isPresent();
  }

  @Test
  void a_token_past_its_end_is_refused() {
    Tokens.Created created =
        Access.as(
            ADMIN,
            () -> tokens.create("short", Role.VIEWER, Instant.now().plus(Duration.ofDays(1))));
    assertThat(tokens.actor(created.secret(), null)).isPresent();
    database
        .jdbc()
        .sql(
            """
            update api_token set created_at = now() - interval '2 days',
                                 expires_at = now() - interval '1 second' where id = :id
            """)
        .param("id", created.id())
        .update();
    assertThat(tokens.actor(created.secret(), null)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"VIEWER", "OPERATOR", "DBA"})
  void only_administrators_make_list_and_revoke(Role role) {
    Actor other = new Actor("other", role, Origin.API, null);
    assertThatThrownBy(() -> Access.as(other, () -> tokens.create("x", Role.VIEWER, null)))
        .isInstanceOf(AccessRefused.class);
    assertThatThrownBy(() -> Access.as(other, () -> tokens.list()))
        .isInstanceOf(AccessRefused.class);
    assertThatThrownBy(() -> Access.as(other, () -> tokens.revoke(1)))
        .isInstanceOf(AccessRefused.class);
  }

  private static int status(@Nullable String header, AtomicReference<@Nullable Authentication> seen)
      throws Exception {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/instances");
    if (header != null) {
      request.addHeader("Authorization", header);
    }
    MockHttpServletResponse response = new MockHttpServletResponse();
    new TokenAuthentication(
            tokens,
            audit,
            new HttpStatusEntryPoint(org.springframework.http.HttpStatus.UNAUTHORIZED))
        .doFilter(
            request,
            response,
            (passedRequest, passedResponse) ->
                seen.set(SecurityContextHolder.getContext().getAuthentication()));
    return response.getStatus();
  }

  @Test
  void a_request_with_a_token_goes_on_as_its_actor() throws Exception {
    Secret secret = create("filter", Role.VIEWER).secret();
    AtomicReference<@Nullable Authentication> seen = new AtomicReference<>();

    assertThat(status("bearer " + secret.reveal(), seen)).isEqualTo(200);
    assertThat(seen.get())
        .isNotNull()
        .extracting(Authentication::getName)
        .isEqualTo("token:filter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer mtr_wrong", "Bearer ", "Bearer x", "Bearer mtr_' or true --"})
  void a_request_with_a_wrong_token_ends_there_and_is_on_the_trail(String header) throws Exception {
    long before = audit.search(AuditQuery.all().action("sign-in.token")).total();
    AtomicReference<@Nullable Authentication> seen = new AtomicReference<>();

    assertThat(status(header, seen)).isEqualTo(401);
    assertThat(seen.get()).isNull();
    assertThat(audit.search(AuditQuery.all().action("sign-in.token")).total())
        .isEqualTo(before + 1);
  }

  @Test
  void a_request_without_a_token_goes_on_as_nobody() throws Exception {
    AtomicReference<@Nullable Authentication> seen = new AtomicReference<>();
    assertThat(status(null, seen)).isEqualTo(200);
    assertThat(status("Basic YTpi", seen)).isEqualTo(200);
    assertThat(seen.get()).isNull();
  }
}
