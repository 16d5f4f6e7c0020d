package io.matriarch.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEvent;
import io.matriarch.audit.AuditQuery;
import io.matriarch.audit.Outcome;
import io.matriarch.audit.TestAudit;
import io.matriarch.security.SignInRefused.Reason;
import io.matriarch.testing.TestAuthority;
import io.matriarch.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

class SignInTest {

  @TempDir Path files;

  private final TestAuthority authority = new TestAuthority();
  private TestDatabase database;
  private TestDirectory directory;
  private Audit audit;
  private BreakGlass breakGlass;
  private Path secretFile;
  private SignIn signIn;

  @BeforeEach
  void open() throws Exception {
    database = TestDatabase.fresh();
    directory = new TestDirectory(authority.issue("localhost"));
    audit = TestAudit.over(database);
    secretFile = files.resolve("secrets").resolve("break-glass");
    breakGlass = new BreakGlass(database.jdbc(), secretFile);
    breakGlass.prepare();
    signIn =
        new SignIn(
            LdapDirectory.of(directory.ldaps(authority.file(files))),
            breakGlass,
            new FailedSignIns(Clock.systemUTC(), 100),
            audit,
            Clock.systemUTC());
  }

  @AfterEach
  void close() throws Exception {
    directory.close();
    database.close();
  }

  private Actor actor(String name, String password) {
    UsernamePasswordAuthenticationToken attempt =
        UsernamePasswordAuthenticationToken.unauthenticated(name, password);
    attempt.setDetails(new WebAuthenticationDetails("192.0.2.4", null));
    Authentication result = signIn.authenticate(attempt);
    assertThat(result.isAuthenticated()).isTrue();
    assertThat(result.toString()).doesNotContain(password);
    return ((ActorAuthentication) result).getPrincipal();
  }

  private Reason refusal(String name, String password) {
    SignInRefused refused = catchThrowableOfType(SignInRefused.class, () -> actor(name, password));
    assertThat(refused).as("%s was let in", name).isNotNull();
    return refused.reason();
  }

  private AuditEvent lastEvent() {
    return audit.search(AuditQuery.all()).items().getFirst();
  }

  private String secret() throws Exception {
    return Files.readString(secretFile).strip();
  }

  @Test
  void a_person_signs_in_with_role_and_address_and_it_is_on_the_trail() {
    Actor anna = actor(" Anna", "password of anna");

    assertThat(anna.name()).isEqualTo("anna");
    assertThat(anna.role()).isEqualTo(Role.ADMIN);
    assertThat(anna.address()).isEqualTo("192.0.2.4");
    assertThat(lastEvent().action()).isEqualTo("sign-in");
    assertThat(lastEvent().outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void a_failed_attempt_is_on_the_trail_without_the_password() {
    assertThat(refusal("anna", "guess-me")).isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);

    AuditEvent event = lastEvent();
    assertThat(event.outcome()).isEqualTo(Outcome.DENIED);
    assertThat(event.actor()).isEqualTo("anna");
    assertThat(event.address()).isEqualTo("192.0.2.4");
    assertThat(event.toString()).doesNotContain("guess-me");
  }

  @Test
  void an_empty_password_never_reaches_the_directory() {
    assertThat(refusal("anna", "")).isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
    assertThat(refusal("", "")).isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
  }

  @Test
  void guessing_is_slowed_down_and_the_right_password_has_to_wait_too() {
    for (int guess = 0; guess < 5; guess++) {
      assertThat(refusal("anna", "guess" + guess)).isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
    }
    assertThat(refusal("anna", "password of anna")).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
    assertThat(actor("vera", "password of vera").role()).isEqualTo(Role.VIEWER);
  }

  @Test
  void break_glass_lets_an_administrator_in_once_and_leaves_a_new_secret() throws Exception {
    String first = secret();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secretFile)))
        .isEqualTo("rw-------");

    Actor local = actor("break-glass", first);

    assertThat(local.role()).isEqualTo(Role.ADMIN);
    assertThat(lastEvent().action()).isEqualTo("sign-in.break-glass");
    assertThat(secret()).isNotEqualTo(first);
    assertThat(refusal("break-glass", first)).isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
    assertThat(actor("break-glass", secret()).role()).isEqualTo(Role.ADMIN);
  }

  @Test
  void break_glass_works_while_the_directory_is_down_and_people_are_told_about_it()
      throws Exception {
    directory.stop();

    assertThat(refusal("anna", "password of anna")).isEqualTo(Reason.DIRECTORY_UNREACHABLE);
    assertThat(actor("break-glass", secret()).role()).isEqualTo(Role.ADMIN);
  }

  @Test
  void a_directory_that_is_down_does_not_count_as_a_failed_attempt() {
    directory.stop();
    for (int attempt = 0; attempt < 10; attempt++) {
      assertThat(refusal("anna", "password of anna")).isEqualTo(Reason.DIRECTORY_UNREACHABLE);
    }
  }

  @Test
  void the_secret_is_kept_over_a_restart_and_made_anew_when_its_file_is_gone() throws Exception {
    String before = secret();
    breakGlass.prepare();
    assertThat(secret()).isEqualTo(before);

    Files.delete(secretFile);
    breakGlass.prepare();
    assertThat(secret()).isNotEqualTo(before);
  }

  @Test
  void a_secret_written_into_the_file_by_hand_is_replaced() throws Exception {
    Files.writeString(secretFile, "letmein\n");
    breakGlass.prepare();
    assertThat(secret()).isNotEqualTo("letmein");
    assertThat(refusal("break-glass", "letmein")).isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
  }
}
