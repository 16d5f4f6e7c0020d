package io.matriarch.alarm;

import java.net.InetAddress;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;

/** What goes out, and how the console is called from outside. */
@Configuration(proxyBeanMethods = false)
class AlarmConfiguration {

  @Bean
  AddressRule alarmAddressRule() {
    return new AddressRule(InetAddress::getAllByName);
  }

  @Bean(destroyMethod = "close")
  Webhooks alarmWebhooks(AddressRule rule) {
    return new Webhooks(rule);
  }

  @Bean
  Mails alarmMails(
      ObjectProvider<JavaMailSender> sender, @Value("${matriarch.mail.from:}") String from) {
    return new Mails(sender.getIfAvailable(), from);
  }

  /**
   * @param publicUrl where people open the console; empty: messages carry no link
   */
  @Bean
  Messages alarmMessages(@Value("${matriarch.public-url:}") String publicUrl) {
    return new Messages(publicUrl);
  }
}
