package io.matriarch.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.security.SignInRefused.Reason;
import io.matriarch.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LdapDirectoryTest {

  @TempDir static Path files;

  private static final TestAuthority AUTHORITY = new TestAuthority();
  private static Path ca;
  private static TestDirectory server;

  @BeforeAll
  static void start() throws Exception {
    ca = AUTHORITY.file(files);
    server = new TestDirectory(AUTHORITY.issue("localhost"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Role roleOf(String name, String password) {
    return LdapDirectory.of(server.ldaps(ca)).roleOf(name, Secret.of(password));
  }

  private static Reason refusal(LdapProperties properties, String name, String password) {
    SignInRefused refused =
        catchThrowableOfType(
            SignInRefused.class,
            () -> LdapDirectory.of(properties).roleOf(name, Secret.of(password)));
    assertThat(refused).isNotNull();
    return refused.reason();
  }

  @ParameterizedTest
  @CsvSource({"vera,VIEWER", "otto,OPERATOR", "dora,DBA", "anna,ADMIN"})
  void a_person_has_the_highest_role_that_a_group_gives(String name, Role role) {
    assertThat(roleOf(name, "password of " + name)).isEqualTo(role);
  }

  @ParameterizedTest
  @CsvSource({"vera,VIEWER", "otto,OPERATOR", "dora,DBA", "anna,ADMIN"})
  void start_tls_serves_as_well(String name, Role role) {
    assertThat(LdapDirectory.of(server.startTls(ca)).roleOf(name, Secret.of("password of " + name)))
        .isEqualTo(role);
  }

  @Test
  void a_wrong_password_lets_nobody_in() {
    assertThat(refusal(server.ldaps(ca), "anna", "guess")).isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
    assertThat(refusal(server.startTls(ca), "anna", "guess"))
        .isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
  }

  @Test
  void a_person_without_a_mapped_group_is_told_so() {
    assertThat(refusal(server.ldaps(ca), "nobody", "password of nobody")).isEqualTo(Reason.NO_ROLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "ann*", "anna)(uid=*", "*)(|(uid=anna", "\\2a", "anna\0", "an\\6ea"})
  void a_name_is_never_read_as_a_filter(String name) {
    assertThat(refusal(server.ldaps(ca), name, "password of anna"))
        .isEqualTo(Reason.WRONG_NAME_OR_PASSWORD);
  }

  @Test
  void a_person_whose_name_looks_like_a_filter_can_sign_in() {
    assertThat(roleOf("(uid=*)", "password of (uid=*)")).isEqualTo(Role.DBA);
    assertThat(roleOf("o'hara, pat", "password of o'hara, pat")).isEqualTo(Role.ADMIN);
  }

  @Test
  void a_certificate_of_another_authority_is_refused() {
    Path other = new TestAuthority().file(files);
    assertThat(refusal(server.ldaps(other), "anna", "password of anna"))
        .isEqualTo(Reason.DIRECTORY_UNREACHABLE);
    assertThat(refusal(server.startTls(other), "anna", "password of anna"))
        .isEqualTo(Reason.DIRECTORY_UNREACHABLE);
  }

  @Test
  void without_a_ca_file_only_public_authorities_are_trusted() {
    assertThat(refusal(server.ldaps(null), "anna", "password of anna"))
        .isEqualTo(Reason.DIRECTORY_UNREACHABLE);
  }

  @Test
  void a_certificate_for_another_host_is_refused() throws Exception {
    try (TestDirectory elsewhere = new TestDirectory(AUTHORITY.issue("ldap.example.org"))) {
      assertThat(refusal(elsewhere.ldaps(ca), "anna", "password of anna"))
          .isEqualTo(Reason.DIRECTORY_UNREACHABLE);
      assertThat(refusal(elsewhere.startTls(ca), "anna", "password of anna"))
          .isEqualTo(Reason.DIRECTORY_UNREACHABLE);
    }
  }

  @Test
  void two_directories_with_different_authorities_work_side_by_side() throws Exception {
    TestAuthority second = new TestAuthority();
    LdapDirectory one = LdapDirectory.of(server.ldaps(ca));
    try (TestDirectory other = new TestDirectory(second.issue("localhost"))) {
      LdapDirectory two = LdapDirectory.of(other.ldaps(second.file(files)));
      assertThat(one.roleOf("anna", Secret.of("password of anna"))).isEqualTo(Role.ADMIN);
      assertThat(two.roleOf("vera", Secret.of("password of vera"))).isEqualTo(Role.VIEWER);
      assertThat(one.roleOf("otto", Secret.of("password of otto"))).isEqualTo(Role.OPERATOR);
    }
  }

  @Test
  void a_directory_that_is_down_is_named_as_the_cause() throws Exception {
    try (TestDirectory fragile = new TestDirectory(AUTHORITY.issue("localhost"))) {
      LdapDirectory directory = LdapDirectory.of(fragile.ldaps(ca));
      fragile.stop();
      assertThatThrownBy(() -> directory.roleOf("anna", Secret.of("password of anna")))
          .isInstanceOf(SignInRefused.class)
          .hasMessageContaining("it is not your password");
    }
  }

  @Test
  void plain_ldap_is_refused_at_the_start() {
    assertThatThrownBy(() -> LdapDirectory.of(server.plain()))
        .hasMessageContaining("never travel unencrypted");
  }

  @Test
  void start_tls_on_an_ldaps_address_is_a_mistake_that_is_named() {
    assertThatThrownBy(
            () -> LdapDirectory.of(TestDirectory.properties("ldaps://localhost:636", ca, true)))
        .hasMessageContaining("matriarch.ldap.start-tls");
  }

  @Test
  void a_ca_file_without_a_certificate_is_named() throws Exception {
    Path empty = Files.createFile(files.resolve("empty.pem"));
    assertThatThrownBy(() -> LdapDirectory.of(server.ldaps(empty)))
        .hasMessageContaining("matriarch.ldap.ca-file");
  }
}
