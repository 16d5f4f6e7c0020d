package io.matriarch.alarm;

import static io.matriarch.alarm.AlarmFixture.ADMIN;
import static io.matriarch.alarm.AlarmFixture.SECRET;
import static io.matriarch.alarm.AlarmFixture.draft;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.audit.Origin;
import io.matriarch.inventory.Conflict;
import io.matriarch.inventory.Creation;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.LostUpdate;
import io.matriarch.inventory.Versioned;
import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiversTest {

  private static final Actor DBA = new Actor("doris", Role.DBA, Origin.API, null);

  private static AlarmFixture alarms;
  private static TestReceiver server;
  private static Receivers receivers;

  @BeforeAll
  static void open(@TempDir Path directory) throws Exception {
    alarms = new AlarmFixture(directory, new Mails(null, ""));
    server = TestReceiver.start();
    receivers = alarms.receivers();
  }

  @AfterAll
  static void close() throws Exception {
    alarms.close();
    server.close();
  }

  private static Creation create(ReceiverDraft draft) {
    return Access.as(ADMIN, () -> receivers.create(draft, Set.of("kind", "address")));
  }

  private static Versioned<ReceiverDraft> find(long id) {
    return receivers.find(id).orElseThrow();
  }

  private static ReceiverDraft without(ReceiverDraft draft, @Nullable Secret secret, boolean on) {
    return new ReceiverDraft(
        draft.name(), draft.kind(), draft.address(), secret, null, "warning", null, on);
  }

  @Test
  void a_secret_is_made_once_and_sealed() {
    ReceiverDraft draft = without(draft("made", server.url()), null, true);

    Creation made = create(draft);
    Creation again = create(draft);

    String secret = Objects.requireNonNull(made.secret()).reveal();
    assertThat(secret).hasSizeGreaterThan(ReceiverDraft.SHORTEST_SECRET);
    assertThat(again).isEqualTo(Creation.existing(made.id()));
    assertThat(find(made.id()).content().secret()).isNull();
    String stored =
        alarms
            .jdbc
            .sql("select to_jsonb(r)::text from alarm_receiver r where name = 'made'")
            .query(String.class)
            .single();
    assertThat(stored).contains("sealed_secret").doesNotContain(secret);
  }

  @Test
  void a_test_is_sent_at_once_and_says_what_came_back() {
    long id = create(without(draft("tested", server.url()), Secret.of(SECRET), false)).id();
    int before = server.got().size();

    Attempt good = Access.as(ADMIN, () -> receivers.test(id));
    server.answers(503, "closed");
    Attempt bad = Access.as(ADMIN, () -> receivers.test(id));

    assertThat(good).isEqualTo(new Attempt(true, "HTTP 204"));
    assertThat(bad).isEqualTo(new Attempt(false, "HTTP 503: closed"));
    assertThat(server.got().get(before).body()).contains("\"event\":\"test\"");
    assertThat(alarms.states(id))
        .as("a test is not repeated")
        .containsExactly("delivered", "given up");
  }

  @Test
  void a_new_secret_signs_from_then_on() {
    long id = create(draft("replaced", server.url())).id();

    Secret fresh = Access.as(ADMIN, () -> receivers.newSecret(id));
    Access.as(ADMIN, () -> receivers.test(id));

    TestReceiver.Got got = server.got().getLast();
    long seconds = Long.parseLong(got.signature().replaceAll("t=(\\d+),.*", "$1"));
    assertThat(got.signature())
        .isEqualTo(Signature.header(fresh, java.time.Instant.ofEpochSecond(seconds), got.body()));
  }

  @Test
  void it_is_edited_by_version_and_the_trail_tells_no_path_of_a_url() {
    long id = create(draft("edited", server.url())).id();
    ReceiverDraft moved = draft("edited", URI.create("http://127.0.0.1:1/path-of-canary"));

    Access.as(ADMIN, () -> receivers.update(id, 1, without(moved, null, true)));

    assertThat(find(id).version()).isEqualTo(2);
    assertThatThrownBy(() -> Access.as(ADMIN, () -> receivers.update(id, 1, moved)))
        .isInstanceOf(LostUpdate.class);
    assertThat(trail()).contains("127.0.0.1:1").doesNotContain("canary").doesNotContain(SECRET);
    Access.as(ADMIN, () -> receivers.delete(id, 2));
    assertThat(receivers.find(id)).isEmpty();
  }

  private static String trail() {
    return String.join(
        "\n",
        alarms
            .jdbc
            .sql("select to_jsonb(a)::text from audit_event a where target_kind = 'alarm-receiver'")
            .query(String.class)
            .list());
  }

  @Test
  void what_waits_for_a_receiver_that_is_disabled_is_not_sent() {
    long id = create(draft("disabled", server.url())).id();
    alarms.problem("diverged", "critical", "orders");

    Access.as(
        ADMIN,
        () -> receivers.update(id, 1, without(draft("disabled", server.url()), null, false)));

    assertThat(alarms.states(id)).containsExactly("given up");
  }

  @Test
  void only_an_admin_may() {
    assertThatThrownBy(
            () -> Access.as(DBA, () -> receivers.create(draft("dba's", server.url()), Set.of())))
        .isInstanceOf(AccessRefused.class);
    long id = create(draft("admin's", server.url())).id();
    assertThatThrownBy(() -> Access.as(DBA, () -> receivers.test(id)))
        .isInstanceOf(AccessRefused.class);
    assertThatThrownBy(() -> Access.as(DBA, () -> receivers.newSecret(id)))
        .isInstanceOf(AccessRefused.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "webhook|ftp://127.0.0.1/|must be a URL",
        "webhook|http:///x|must be a URL",
        "webhook|http://u:p@127.0.0.1/|neither user nor password",
        "webhook|http://127.0.0.1/#x|neither user nor password",
        "webhook|http://169.254.169.254/latest|link-local",
        "webhook|http://[fe80::1]/|link-local",
        "webhook|http://[::ffff:169.254.169.254]/|link-local",
        "webhook|http://0.0.0.0/|unspecified",
        "webhook|http://no-such-host.invalid/|not known to the resolver",
        "e-mail|dba@example.com|set spring.mail.host and matriarch.mail.from",
        "e-mail|dba|must be one e-mail address",
        "e-mail|a@x.org,b@x.org|must be one e-mail address",
        "pager|x|must be webhook or e-mail",
      })
  void wrong_addresses_are_refused(String kind, String address, String words) {
    assertThatThrownBy(
            () ->
                create(
                    new ReceiverDraft("wrong", kind, address, null, null, "warning", null, true)))
        .isInstanceOf(InvalidField.class)
        .hasMessageContaining(words);
  }

  @Test
  void other_wrong_values_are_refused() {
    String url = server.url().toString();
    assertThatThrownBy(
            () ->
                new ReceiverDraft(
                    "x", "webhook", url, Secret.of("canary"), null, "warning", null, true))
        .hasMessageContaining("32 to 200")
        .hasMessageNotContaining("canary");
    assertThatThrownBy(() -> new ReceiverDraft("x", "webhook", url, null, null, "bad", null, true))
        .hasMessageContaining("warning or critical");
    assertThatThrownBy(
            () ->
                new ReceiverDraft(
                    "x", "webhook", url, null, null, "warning", List.of("split-brian"), true))
        .hasMessageContaining("split-brian")
        .hasMessageContaining("split-brain");
    assertThatThrownBy(
            () ->
                create(
                    new ReceiverDraft("x", "webhook", url, null, 987654L, "warning", null, true)))
        .hasMessageContaining("environment is unknown");
  }

  @Test
  void an_e_mail_receiver_has_no_secret() {
    alarms.run(
        "insert into alarm_receiver (name, kind, address) values ('mail', 'e-mail', 'dba@example.com')");
    long id =
        alarms
            .jdbc
            .sql("select alarm_receiver_id from alarm_receiver where name = 'mail'")
            .query(Long.class)
            .single();

    assertThatThrownBy(() -> Access.as(ADMIN, () -> receivers.newSecret(id)))
        .isInstanceOf(Conflict.class);
    Attempt test = Access.as(ADMIN, () -> receivers.test(id));
    assertThat(test.answer()).contains("no mail server");
  }
}
