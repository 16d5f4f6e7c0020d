package io.matriarch.security;

import java.net.InetAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.AbstractConfigurableWebServerFactory;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;

/** Without a certificate the console listens on loopback only: passwords never cross a network. */
@Component
class ListenAddress
    implements WebServerFactoryCustomizer<AbstractConfigurableWebServerFactory>, Ordered {

  private static final Logger log = LoggerFactory.getLogger(ListenAddress.class);

  @Override
  public void customize(AbstractConfigurableWebServerFactory factory) {
    if (Ssl.isEnabled(factory.getSsl())) {
      return;
    }
    InetAddress asked = factory.getAddress();
    if (asked == null || !asked.isLoopbackAddress()) {
      log.warn(
          "No certificate is configured (server.ssl.bundle), so the console listens on loopback"
              + " only{}.",
          asked == null ? "" : ", not on " + asked.getHostAddress() + " as server.address asks");
      factory.setAddress(InetAddress.getLoopbackAddress());
    }
  }

  /** After Spring Boot's own, which copies the properties. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }
}
