package io.matriarch.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Origin;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Seals;
import io.matriarch.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

class EditingTest {

  private static final Set<String> ALL =
      Set.of("name", "description", "position", "address", "sshPort", "site", "tags", "owner");
  private static final String KEY =
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBWvMBrxpuw3W/rnOSVzPuCFpRRuyzRK5kgAWRPhvB4W";
  private static final Actor DBA = new Actor("doris", Role.DBA, Origin.API, null);
  private static final Actor OPERATOR = new Actor("otto", Role.OPERATOR, Origin.API, null);
  private static final Actor ADMIN = new Actor("anna", Role.ADMIN, Origin.API, null);

  private static TestDatabase database;
  private static AnnotationConfigApplicationContext context;
  private static JdbcClient jdbc;
  private static Environments environments;
  private static Servers servers;
  private static Herds herds;
  private static Profiles profiles;
  private static Settings settings;
  private static Instances instances;
  private static int number;

  @BeforeAll
  static void open(@TempDir Path directory) {
    database = TestDatabase.fresh();
    jdbc = database.jdbc();
    context = new AnnotationConfigApplicationContext();
    context.registerBean(JdbcClient.class, () -> jdbc);
    context.registerBean(PlatformTransactionManager.class, database::transactions);
    context.register(Audit.class, Access.class, Edits.class, Environments.class, Servers.class);
    context.registerBean(Seals.class, () -> new Seals(jdbc, directory));
    context.register(
        MonitorLogins.class, Herds.class, Profiles.class, Settings.class, Instances.class);
    context.refresh();
    environments = context.getBean(Environments.class);
    servers = context.getBean(Servers.class);
    herds = context.getBean(Herds.class);
    profiles = context.getBean(Profiles.class);
    settings = context.getBean(Settings.class);
    instances = context.getBean(Instances.class);
  }

  @AfterAll
  static void close() throws Exception {
    context.close();
    database.close();
  }

  @Test
  void creating_twice_with_the_same_content_returns_the_existing_one() {
    String name = fresh("env");
    Creation first = asDba(() -> environments.create(EnvironmentDraft.named(name), ALL));
    Creation second = asDba(() -> environments.create(EnvironmentDraft.named(name), ALL));

    assertThat(first.isNew()).isTrue();
    assertThat(second).isEqualTo(new Creation(first.id(), false, null));
    assertThat(
            jdbc.sql(
                    "select detail::text from audit_event where target = :name and outcome = 'SUCCEEDED' order by id")
                .param("name", name)
                .query(String.class)
                .list())
        .containsExactly(
            "{\"id\": %d}".formatted(first.id()), "{\"existed\": %d}".formatted(first.id()));
  }

  @Test
  void creating_with_other_content_is_a_conflict_that_names_the_field() {
    String name = fresh("env");
    asDba(() -> environments.create(new EnvironmentDraft(name, "old", 1), ALL));

    assertThatThrownBy(
            () -> asDba(() -> environments.create(new EnvironmentDraft(name, "new", 1), ALL)))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("description is now \"old\", you have \"new\"");
  }

  @Test
  void what_the_request_does_not_mention_is_no_conflict() {
    String name = fresh("env");
    Creation first = asDba(() -> environments.create(new EnvironmentDraft(name, "old", 1), ALL));

    assertThat(asDba(() -> environments.create(EnvironmentDraft.named(name), Set.of("name"))).id())
        .isEqualTo(first.id());
  }

  @Test
  void an_operator_may_not_edit_and_the_attempt_is_in_the_trail() {
    String name = fresh("env");

    assertThatThrownBy(
            () -> as(OPERATOR, () -> environments.create(EnvironmentDraft.named(name), ALL)))
        .isInstanceOf(AccessRefused.class);
    assertThat(trail(name)).containsExactly("otto environment.create DENIED");
    assertThat(count("environment", name)).isZero();
  }

  @Test
  void an_edit_leaves_intent_and_outcome_and_says_what_changed() {
    String name = fresh("env");
    long id = environment(name);
    asDba(() -> environments.update(id, 1, new EnvironmentDraft(name, "ours", 100)));

    assertThat(trail(name))
        .containsExactly(
            "doris environment.create INTENT",
            "doris environment.create SUCCEEDED",
            "doris environment.update INTENT",
            "doris environment.update SUCCEEDED");
    assertThat(
            jdbc.sql(
                    "select detail ->> 'description' from audit_event where action = 'environment.update' and target = :t and outcome = 'INTENT'")
                .param("t", name)
                .query(String.class)
                .single())
        .isEqualTo("empty -> \"ours\"");
  }

  @Test
  void a_refused_edit_is_in_the_trail_with_its_reason() {
    String name = fresh("env");
    environment(name);
    assertThatThrownBy(
            () -> asDba(() -> environments.create(new EnvironmentDraft(name, "x", 100), ALL)))
        .isInstanceOf(Conflict.class);

    assertThat(trail(name)).last().isEqualTo("doris environment.create REFUSED");
  }

  @Test
  void a_lost_update_overwrites_nothing_and_says_who_changed_what() {
    String name = fresh("env");
    long id = environment(name);
    asDba(() -> environments.update(id, 1, new EnvironmentDraft(name, "theirs", 100)));

    LostUpdate lost =
        catchThrowableOfType(
            LostUpdate.class,
            () ->
                as(ADMIN, () -> environments.update(id, 1, new EnvironmentDraft(name, "mine", 7))));

    assertThat(lost)
        .hasMessageContaining("doris changed it at")
        .hasMessageContaining("description is now \"theirs\", you have \"mine\"");
    assertThat(lost.version()).isEqualTo(2);
    assertThat(lost.differences()).containsOnlyKeys("description", "position");
    assertThat(environments.find(id).orElseThrow().content().description()).isEqualTo("theirs");
  }

  @Test
  void a_parent_with_children_is_not_deleted_and_the_children_are_named() {
    String name = fresh("env");
    long id = environment(name);
    String herd = fresh("herd");
    String server = fresh("server");
    asDba(() -> herds.create(HerdDraft.named(herd, id), ALL));
    asDba(() -> servers.create(ServerDraft.at(server, server).inEnvironment(id), ALL));

    HasChildren refused =
        catchThrowableOfType(HasChildren.class, () -> asDba(() -> environments.delete(id, 1)));

    assertThat(refused.children()).containsExactly("herd " + herd, "server " + server);
    assertThat(environments.find(id)).isPresent();
  }

  @Test
  void an_empty_environment_is_deleted() {
    long id = environment(fresh("env"));
    asDba(() -> environments.delete(id, 1));

    assertThat(environments.find(id)).isEmpty();
    assertThatThrownBy(() -> asDba(() -> environments.delete(id, 1))).isInstanceOf(NotFound.class);
  }

  @Test
  void deleting_on_an_old_version_is_a_lost_update() {
    String name = fresh("env");
    long id = environment(name);
    asDba(() -> environments.update(id, 1, new EnvironmentDraft(name, "theirs", 100)));

    assertThatThrownBy(() -> asDba(() -> environments.delete(id, 1)))
        .isInstanceOf(LostUpdate.class);
    assertThat(environments.find(id)).isPresent();
  }

  @Test
  void renaming_to_a_taken_name_is_a_conflict() {
    String taken = fresh("env");
    environment(taken);
    long id = environment(fresh("env"));

    assertThatThrownBy(() -> asDba(() -> environments.update(id, 1, EnvironmentDraft.named(taken))))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("there is one already");
  }

  @Test
  void a_new_server_gets_a_token_once_and_only_its_hash_is_kept() {
    String name = fresh("server");
    Creation made = asDba(() -> servers.create(ServerDraft.at(name, name), ALL));
    Creation again = asDba(() -> servers.create(ServerDraft.at(name, name), ALL));

    String token = Objects.requireNonNull(made.secret()).reveal();
    assertThat(made.toString()).doesNotContain(token);
    assertThat(again.secret()).isNull();
    assertThat(hash(made.id())).hasSize(64).doesNotContain(token);
  }

  @Test
  void a_new_agent_token_ends_the_old_one() {
    String name = fresh("server");
    long id = asDba(() -> servers.create(ServerDraft.at(name, name), ALL)).id();
    String before = hash(id);

    assertThat(asDba(() -> servers.newAgentToken(id)).reveal()).startsWith("mta_");
    assertThat(hash(id)).isNotEqualTo(before);
  }

  @Test
  void two_servers_at_one_address_are_a_conflict_that_names_the_other() {
    String first = fresh("server");
    asDba(() -> servers.create(ServerDraft.at(first, first), ALL));

    assertThatThrownBy(() -> asDba(() -> servers.create(ServerDraft.at(fresh("s"), first), ALL)))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining(first);
  }

  @Test
  void a_server_that_connects_in_another_way_is_unverified_again() {
    String name = fresh("server");
    long id = asDba(() -> servers.create(ServerDraft.at(name, name), ALL)).id();
    asDba(() -> servers.markVerified(id, 1));
    ServerDraft draft = servers.find(id).orElseThrow().content();

    asDba(() -> servers.update(id, 1, draft.inEnvironment(environment(fresh("env")))));
    assertThat(verified(id)).isTrue();
    ServerDraft moved = servers.find(id).orElseThrow().content();
    asDba(() -> servers.update(id, 2, moved.withHostKeys(List.of(KEY + " root@db3"))));

    assertThat(verified(id)).isFalse();
    assertThat(servers.find(id).orElseThrow().content().hostKeys()).containsExactly(KEY);
  }

  @Test
  void a_host_key_that_is_none_is_refused_by_field() {
    assertThatThrownBy(() -> ServerDraft.at("a", "a").withHostKeys(List.of("ssh-rsa " + KEY)))
        .isInstanceOfSatisfying(
            InvalidField.class, e -> assertThat(e.field()).isEqualTo("hostKeys"));
  }

  @Test
  void values_that_the_schema_refuses_are_refused_with_their_field() {
    assertInvalid("name", () -> EnvironmentDraft.named(" "));
    assertInvalid("name", () -> EnvironmentDraft.named("a\nb"));
    assertInvalid("name", () -> EnvironmentDraft.named("x".repeat(64)));
    assertInvalid("name", () -> EnvironmentDraft.named("\ud800"));
    assertInvalid("description", () -> new EnvironmentDraft("a", "\0", 1));
    assertInvalid("address", () -> ServerDraft.at("a", "a b"));
    assertInvalid("address", () -> ServerDraft.at("a", ""));
    assertInvalid(
        "dataDirectory",
        () ->
            new HerdDraft("a", null, "", "", List.of(), null, null, "data", null, null, null, 100));
    assertInvalid(
        "port",
        () -> new HerdDraft("a", null, "", "", List.of(), 0, null, null, null, null, null, 100));
    assertInvalid(
        "stop",
        () -> new ProfileDraft("p", "", List.of("a"), List.of("b", "{modus}"), List.of("d"), true));
    assertInvalid(
        "start", () -> new ProfileDraft("p", "", List.of(), List.of("b"), List.of("d"), true));
  }

  @Test
  void hostile_names_that_the_schema_allows_come_back_as_they_were() {
    for (String hostile :
        List.of(
            "'; drop table herd; --", "$(id)", "<script>alert(1)</script>", "\"q\"", " ä€😀 ")) {
      String name = hostile + fresh("");
      long id = asDba(() -> herds.create(HerdDraft.named(name, null), ALL)).id();
      assertThat(herds.find(id).orElseThrow().content().name()).isEqualTo(name);
    }
  }

  @Test
  void an_unassigned_herd_is_placed_once() {
    long herd = asDba(() -> herds.create(HerdDraft.named(fresh("herd"), null), ALL)).id();
    long environment = environment(fresh("env"));
    asDba(() -> herds.place(herd, environment));

    assertThat(herds.find(herd).orElseThrow().content().environmentId()).isEqualTo(environment);
    assertThatThrownBy(() -> asDba(() -> herds.place(herd, environment)))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void an_environment_that_vanished_meanwhile_is_a_conflict() {
    assertThatThrownBy(() -> asDba(() -> herds.create(HerdDraft.named(fresh("h"), 999_999L), ALL)))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void the_system_identifier_of_a_herd_can_be_given_but_not_changed() {
    HerdDraft draft = HerdDraft.named(fresh("herd"), null);
    long id = asDba(() -> herds.create(draft, ALL)).id();
    asDba(() -> herds.update(id, 1, identified(draft, "7000000000000000001")));

    assertThatThrownBy(
            () -> asDba(() -> herds.update(id, 2, identified(draft, "7000000000000000002"))))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("7000000000000000001");
  }

  @Test
  void only_an_administrator_edits_profiles_and_built_in_ones_stay() {
    Versioned<ProfileDraft> debian =
        profiles.all().stream()
            .filter(p -> p.content().name().equals("debian"))
            .findFirst()
            .orElseThrow();

    assertThatThrownBy(
            () -> asDba(() -> profiles.update(debian.id(), debian.version(), debian.content())))
        .isInstanceOf(AccessRefused.class);
    assertThatThrownBy(() -> as(ADMIN, () -> profiles.delete(debian.id(), debian.version())))
        .isInstanceOf(Conflict.class);
    as(ADMIN, () -> profiles.update(debian.id(), debian.version(), debian.content()));
    assertThat(profiles.find(debian.id()).orElseThrow().version()).isEqualTo(debian.version() + 1);
  }

  @Test
  void a_profile_in_use_is_not_deleted() {
    ProfileDraft draft =
        new ProfileDraft(fresh("p"), "", List.of("a"), List.of("b"), List.of("d"), true);
    long profile = as(ADMIN, () -> profiles.create(draft, ALL)).id();
    String herd = fresh("herd");
    asDba(
        () ->
            herds.create(
                new HerdDraft(
                    herd, null, "", "", List.of(), null, null, null, null, profile, null, 100),
                ALL));

    assertThatThrownBy(() -> as(ADMIN, () -> profiles.delete(profile, 1)))
        .isInstanceOfSatisfying(
            HasChildren.class, e -> assertThat(e.children()).containsExactly("herd " + herd));
  }

  @Test
  void a_setting_keeps_its_form_and_is_not_overwritten_unseen() {
    as(ADMIN, () -> settings.update("job_log.keep", "90 days", "30 days"));
    assertThat(settings.find("job_log.keep").orElseThrow().value()).isEqualTo("30 days");

    assertThatThrownBy(() -> as(ADMIN, () -> settings.update("job_log.keep", "90 days", "1 day")))
        .isInstanceOf(Conflict.class);
    assertInvalid(
        "job_log.keep",
        () -> as(ADMIN, () -> settings.update("job_log.keep", "30 days", "-1 days")));
    assertThatThrownBy(() -> asDba(() -> settings.update("job_log.keep", "30 days", "1 day")))
        .isInstanceOf(AccessRefused.class);
  }

  @Test
  void an_instance_that_is_reported_is_not_forgotten_and_a_missing_one_is() {
    String name = fresh("server");
    long server = asDba(() -> servers.create(ServerDraft.at(name, name), ALL)).id();
    long herd = asDba(() -> herds.create(HerdDraft.named(fresh("herd"), null), ALL)).id();
    long instance =
        jdbc.sql(
                "insert into instance (server_id, herd_id, data_directory, port, reported_at) values (:s, :h, '/d', 5432, now()) returning instance_id")
            .param("s", server)
            .param("h", herd)
            .query(Long.class)
            .single();

    assertThatThrownBy(() -> asDba(() -> instances.forget(instance))).isInstanceOf(Conflict.class);
    assertThatThrownBy(() -> asDba(() -> servers.delete(server, 1)))
        .isInstanceOf(HasChildren.class);
    jdbc.sql("update instance set missing_since = now() where instance_id = :i")
        .param("i", instance)
        .update();
    asDba(() -> instances.forget(instance));
    asDba(() -> servers.delete(server, 1));
    assertThat(servers.find(server)).isEmpty();
  }

  @Test
  void open_grids_hear_of_an_edit() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    try (var listening =
        database.changes().listen("inventory", payload -> heard.add(String.valueOf(payload)))) {
      environment(fresh("env"));
      String news = heard.poll(10, TimeUnit.SECONDS);
      assertThat(news).isNotNull();
    }
  }

  private static HerdDraft identified(HerdDraft draft, String identifier) {
    return new HerdDraft(
        draft.name(), null, "", "", List.of(), null, null, null, identifier, null, null, 100);
  }

  private static void assertInvalid(
      String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable edit) {
    assertThatThrownBy(edit)
        .isInstanceOfSatisfying(InvalidField.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private static long environment(String name) {
    return asDba(() -> environments.create(EnvironmentDraft.named(name), ALL)).id();
  }

  private static String hash(long server) {
    return jdbc.sql("select agent_token_hash from server where server_id = :id")
        .param("id", server)
        .query(String.class)
        .single();
  }

  private static boolean verified(long server) {
    return jdbc.sql("select verified_at is not null from server where server_id = :id")
        .param("id", server)
        .query(Boolean.class)
        .single();
  }

  private static List<String> trail(String target) {
    return jdbc.sql(
            "select actor || ' ' || action || ' ' || outcome from audit_event where target = :t order by id")
        .param("t", target)
        .query(String.class)
        .list();
  }

  private static long count(String table, String name) {
    return jdbc.sql("select count(*) from " + table + " where name = :n")
        .param("n", name)
        .query(Long.class)
        .single();
  }

  private static String fresh(String prefix) {
    return prefix + "-" + ++number;
  }

  private static <T> T asDba(ScopedValue.CallableOp<T, RuntimeException> work) {
    return as(DBA, work);
  }

  private static void asDba(Runnable work) {
    as(DBA, work);
  }

  private static <T> T as(Actor actor, ScopedValue.CallableOp<T, RuntimeException> work) {
    return Access.as(actor, work);
  }

  private static void as(Actor actor, Runnable work) {
    Access.as(actor, work);
  }
}
