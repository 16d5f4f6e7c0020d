package io.matriarch.alarm;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;

/** Hands plain text to the mail server of {@code spring.mail.*}. */
final class Mails {

  private final @Nullable JavaMailSender sender;
  private final String from;

  Mails(@Nullable JavaMailSender sender, String from) {
    this.sender = sender;
    this.from = from.strip();
  }

  /** Why no mail can be sent, if so. */
  Optional<String> refusal() {
    return sender == null || from.isEmpty()
        ? Optional.of(
            "this console has no mail server: set spring.mail.host and matriarch.mail.from in its configuration and start it again")
        : Optional.empty();
  }

  Attempt send(String to, long delivery, String subject, String text) {
    if (sender == null || from.isEmpty()) {
      return Attempt.failed(refusal().orElseThrow());
    }
    try {
      MimeMessage message = sender.createMimeMessage();
      MimeMessageHelper mail = new MimeMessageHelper(message, false, StandardCharsets.UTF_8.name());
      mail.setFrom(from);
      mail.setTo(to);
      mail.setSubject(subject);
      mail.setText(text, false);
      message.setHeader("Matriarch-Delivery", Long.toString(delivery));
      message.setHeader("Auto-Submitted", "auto-generated");
      sender.send(message);
      return Attempt.delivered("taken by the mail server");
    } catch (MailException | MessagingException e) {
      return Attempt.failed("not taken by the mail server: " + e.getMessage());
    }
  }
}
