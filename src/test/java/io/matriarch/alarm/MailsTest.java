package io.matriarch.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.matriarch.security.Sealed;
import jakarta.mail.internet.MimeMessage;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** Against a real SMTP server. */
class MailsTest {

  private static final @Nullable Sealed NO_SECRET = null;

  private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
  private final Messages messages = new Messages("https://matriarch.example.com/");
  private Mails mails;

  @BeforeEach
  void open() {
    server.start();
    mails = new Mails(sender(), "matriarch@example.com");
  }

  @AfterEach
  void close() {
    server.stop();
  }

  private JavaMailSenderImpl sender() {
    JavaMailSenderImpl sender = new JavaMailSenderImpl();
    sender.setHost("127.0.0.1");
    sender.setPort(server.getSmtp().getPort());
    return sender;
  }

  private static Claim claim(String event, @Nullable String problem) {
    return new Claim(
        42,
        1,
        new UUID(0, 0),
        "dbas",
        ReceiverKind.E_MAIL,
        "dba@example.com",
        NO_SECRET,
        event,
        problem);
  }

  private static String problem(String herd) {
    return """
    {"id":7,"kind":"primary-dead","severity":"critical","detail":"db1:5432 does not answer",
     "herd":"%s","herdId":3,"server":"db1","environment":"production",
     "firstSeen":"2026-01-31T18:00:00.000Z","endedAt":null}
    """
        .formatted(herd);
  }

  private Attempt send(Claim claim) {
    return mails.send(
        claim.address(), claim.delivery(), messages.subject(claim), messages.text(claim));
  }

  private MimeMessage received() {
    assertThat(server.waitForIncomingEmail(10_000, 1)).isTrue();
    return server.getReceivedMessages()[0];
  }

  @Test
  void a_problem_is_told_in_plain_text_with_a_link() throws Exception {
    assertThat(send(claim("opened", problem("orders"))).delivered()).isTrue();

    MimeMessage mail = received();
    assertThat(mail.getSubject())
        .isEqualTo("[Matriarch] CRITICAL primary-dead: orders (production)");
    assertThat(mail.getContentType()).startsWith("text/plain");
    assertThat(mail.getHeader("Matriarch-Delivery")).containsExactly("42");
    assertThat(mail.getFrom()[0]).hasToString("matriarch@example.com");
    assertThat(mail.getContent().toString())
        .contains("db1:5432 does not answer")
        .contains("Since:       2026-01-31T18:00:00.000Z")
        .contains("https://matriarch.example.com/herds/3");
  }

  @Test
  void a_name_that_holds_line_breaks_begins_no_header() throws Exception {
    send(claim("opened", problem("x\\r\\nBcc: other@example.com\\r\\n\\r\\n<b>y</b>")));

    MimeMessage mail = received();
    assertThat(mail.getSubject())
        .isEqualTo(
            "[Matriarch] CRITICAL primary-dead: x Bcc: other@example.com <b>y</b> (production)");
    assertThat(mail.getAllRecipients()).hasSize(1);
    assertThat(mail.getHeader("Bcc")).isNull();
  }

  @Test
  void names_of_any_language_arrive() throws Exception {
    send(claim("ended", problem("заказы-注文")));

    assertThat(received().getSubject())
        .isEqualTo("[Matriarch] ENDED primary-dead: заказы-注文 (production)");
  }

  @Test
  void a_server_that_is_down_is_a_failure_and_a_missing_one_says_what_to_set() {
    server.stop();

    assertThat(send(claim("opened", problem("orders"))).delivered()).isFalse();
    assertThat(new Mails(null, "").refusal())
        .hasValueSatisfying(
            why -> assertThat(why).contains("spring.mail.host").contains("matriarch.mail.from"));
  }
}
