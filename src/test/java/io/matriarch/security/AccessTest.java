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
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.security.core.context.SecurityContextHolder;

class AccessTest {

  private static TestDatabase database;
  private static Audit audit;
  private static Access access;

  @BeforeAll
  static void open() {
    database = TestDatabase.fresh();
    audit = TestAudit.over(database);
    access = new Access(audit);
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @AfterEach
  void signOut() {
    SecurityContextHolder.clearContext();
  }

  private static Actor person(String name, Role role) {
    return new Actor(name, role, Origin.SCREEN, "192.0.2.1");
  }

  @ParameterizedTest
  @EnumSource
  void a_role_passes_for_itself_and_the_lower_ones_only(Role role) {
    for (Role asked : Role.values()) {
      boolean allowed =
          Access.as(person("p", role), () -> access.allows(asked, Scope.everywhere()));
      boolean allowedThere =
          Access.as(person("p", role), () -> access.allows(asked, Scope.environments(Set.of(1L))));
      assertThat(allowed).isEqualTo(role.ordinal() >= asked.ordinal()).isEqualTo(allowedThere);
    }
  }

  @Test
  void a_refusal_is_on_the_trail_before_it_is_thrown() {
    Actor viewer = person("vera", Role.VIEWER);

    assertThatThrownBy(
            () ->
                Access.as(
                    viewer,
                    () ->
                        access.require(
                            Role.OPERATOR, Scope.environment(3), "instance.stop", "db1:5432")))
        .isInstanceOf(AccessRefused.class)
        .hasMessageContaining("instance.stop on db1:5432 needs the role operator")
        .hasMessageContaining("vera has the role viewer");

    AuditEvent event = audit.search(AuditQuery.all().actor("vera")).items().getFirst();
    assertThat(event.outcome()).isEqualTo(Outcome.DENIED);
    assertThat(event.role()).isEqualTo("viewer");
    assertThat(event.address()).isEqualTo("192.0.2.1");
    assertThat(event.target()).isEqualTo("db1:5432");
  }

  @Test
  void nobody_may_do_nothing() {
    assertThat(access.allows(Role.VIEWER, Scope.everywhere())).isFalse();
    assertThatThrownBy(
            () -> access.require(Role.VIEWER, Scope.everywhere(), "instance.list", "instances"))
        .isInstanceOf(AccessRefused.class)
        .hasMessageContaining("nobody is signed in");
    assertThat(audit.search(AuditQuery.all().actor("(nobody)")).total()).isEqualTo(1);
  }

  @Test
  void the_signed_in_person_acts_unless_work_is_done_as_another() {
    Actor anna = person("anna", Role.ADMIN);
    SecurityContextHolder.getContext()
        .setAuthentication(new ActorAuthentication(anna, Instant.EPOCH));

    assertThat(access.current()).isEqualTo(anna);
    Actor rule = Actor.rule("scale out", Role.OPERATOR);
    Access.as(rule, () -> assertThat(access.current()).isEqualTo(rule));
    assertThat(access.current()).isEqualTo(anna);
  }

  @Test
  void all_included_roles_are_authorities_for_routes() {
    assertThat(new ActorAuthentication(person("d", Role.DBA), Instant.EPOCH).getAuthorities())
        .extracting("authority")
        .containsExactlyInAnyOrder("ROLE_VIEWER", "ROLE_OPERATOR", "ROLE_DBA");
  }

  @Test
  void a_secret_prints_stars() {
    assertThat("token " + Secret.of("mtr_x")).isEqualTo("token ***");
    assertThat(
            new LdapProperties(
                    "ldaps://x", "", "", "", "", "", "cn=x", "pw", null, false, java.util.Map.of())
                .toString())
        .doesNotContain("pw");
  }
}
