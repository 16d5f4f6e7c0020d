package io.matriarch.alarm;

import static org.awaitility.Awaitility.await;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Origin;
import io.matriarch.audit.TestAudit;
import io.matriarch.database.Changes;
import io.matriarch.inventory.Edits;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Seals;
import io.matriarch.security.Secret;
import io.matriarch.security.TestAccess;
import io.matriarch.testing.TestDatabase;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** A real database with a herd in prod and one in dev, and consoles that send. */
final class AlarmFixture implements AutoCloseable {

  static final Actor ADMIN = new Actor("ada", Role.ADMIN, Origin.API, null);
  static final String SECRET = "0123456789abcdef0123456789abcdef";

  final TestDatabase database = TestDatabase.fresh();
  final JdbcClient jdbc = database.jdbc();
  final Webhooks webhooks =
      new Webhooks(new AddressRule(InetAddress::getAllByName), Duration.ofSeconds(10));
  private final WebhookSecrets secrets;
  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();
  private final List<Courier> couriers = new ArrayList<>();
  private int number;

  AlarmFixture(Path directory, Mails mails) {
    Seals seals = new Seals(jdbc, directory);
    secrets = new WebhookSecrets(jdbc, seals);
    context.registerBean(JdbcClient.class, () -> jdbc);
    context.registerBean(PlatformTransactionManager.class, database::transactions);
    context.registerBean(Audit.class, () -> TestAudit.over(database));
    context.registerBean(Access.class, () -> TestAccess.over(database));
    context.registerBean(Clock.class, Clock::systemUTC);
    context.registerBean(Seals.class, () -> seals);
    context.registerBean(Webhooks.class, () -> webhooks);
    context.registerBean(Mails.class, () -> mails);
    context.registerBean(Messages.class, () -> new Messages(""));
    context.registerBean(Changes.class, () -> (channel, listener) -> () -> {});
    context.register(
        Edits.class,
        ReceiverTable.class,
        WebhookSecrets.class,
        Outbox.class,
        Courier.class,
        Receivers.class);
    context.refresh();
    run(
        """
        insert into environment (name) values ('prod'), ('dev');
        insert into herd (name, environment_id) select 'orders', environment_id from environment where name = 'prod';
        insert into herd (name, environment_id) select 'tests', environment_id from environment where name = 'dev'
        """);
  }

  void run(String statements) {
    for (String statement : statements.split(";")) {
      jdbc.sql(statement).update();
    }
  }

  Receivers receivers() {
    return context.getBean(Receivers.class);
  }

  /** A console that sends from now on. */
  Courier console() {
    Courier courier =
        new Courier(
            new Outbox(jdbc, database.transactions()),
            new Messages("https://matriarch.example.com"),
            webhooks,
            new Mails(null, ""),
            secrets,
            database.changes(),
            Clock.systemUTC());
    couriers.add(courier);
    courier.wake();
    return courier;
  }

  long environment(String name) {
    return jdbc.sql("select environment_id from environment where name = :name")
        .param("name", name)
        .query(Long.class)
        .single();
  }

  static ReceiverDraft draft(String name, URI url) {
    return new ReceiverDraft(
        name, "webhook", url.toString(), Secret.of(SECRET), null, "warning", null, true);
  }

  long receiver(URI url, UnaryOperator<ReceiverDraft> change) {
    ReceiverDraft draft = change.apply(draft("receiver " + ++number, url));
    return Access.as(ADMIN, () -> receivers().create(draft, Set.of()).id());
  }

  long receiver(URI url) {
    return receiver(url, draft -> draft);
  }

  /** Opens a problem of a herd. */
  long problem(String kind, String severity, String herd) {
    return jdbc.sql(
            """
            insert into problem (kind, key, severity, herd_id, detail)
            select :kind, :kind || ' ' || herd_id, :severity, herd_id, 'what is seen of ' || name
              from herd where name = :herd
            returning problem_id
            """)
        .param("kind", kind)
        .param("severity", severity)
        .param("herd", herd)
        .query(Long.class)
        .single();
  }

  void change(long problem, String change) {
    jdbc.sql("update problem set " + change + " where problem_id = :id")
        .param("id", problem)
        .update();
  }

  /** Events that the receiver is to hear or has heard, oldest first. */
  List<String> events(long receiver) {
    return strings(receiver, "event");
  }

  List<String> states(long receiver) {
    return strings(receiver, "state");
  }

  private List<String> strings(long receiver, String column) {
    return jdbc.sql(
            "select %s from v_alarm_delivery where alarm_receiver_id = :id order by alarm_delivery_id"
                .formatted(column))
        .param("id", receiver)
        .query(String.class)
        .list();
  }

  @Nullable String answer(long receiver) {
    return jdbc.sql("select last_answer from v_alarm_receiver where alarm_receiver_id = :id")
        .param("id", receiver)
        .query(String.class)
        .optional()
        .orElse(null);
  }

  /** As if the pause after a failure were over. */
  void due() {
    run("update alarm_delivery set due_at = now() where state = 'waiting'");
    couriers.forEach(Courier::wake);
  }

  static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  @Override
  public void close() throws Exception {
    couriers.forEach(Courier::destroy);
    context.close();
    webhooks.close();
    database.close();
  }
}
