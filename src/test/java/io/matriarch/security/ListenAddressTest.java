package io.matriarch.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.matriarch.testing.TestAuthority;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class ListenAddressTest {

  @TempDir Path files;

  @Configuration
  @Import(ListenAddress.class)
  @ImportAutoConfiguration({
    SslAutoConfiguration.class,
    TomcatServletWebServerAutoConfiguration.class
  })
  static class OnlyTheWebServer {}

  private static ConfigurableApplicationContext start(String... properties) {
    List<String> arguments = new ArrayList<>(List.of("--server.port=0"));
    Arrays.stream(properties).map(property -> "--" + property).forEach(arguments::add);
    return new SpringApplicationBuilder(OnlyTheWebServer.class)
        .run(arguments.toArray(String[]::new));
  }

  private static int port(ConfigurableApplicationContext context) {
    return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
  }

  private static boolean answers(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2_000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static Optional<InetAddress> addressOfThisMachine() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .findAny();
  }

  @Test
  void without_a_certificate_only_this_machine_reaches_the_console() throws Exception {
    try (ConfigurableApplicationContext context = start("server.address=0.0.0.0")) {
      assertThat(answers(InetAddress.getLoopbackAddress(), port(context))).isTrue();
      assertThat(answers(InetAddress.getByName("127.61.0.9"), port(context))).isFalse();
      addressOfThisMachine()
          .ifPresent(address -> assertThat(answers(address, port(context))).isFalse());
    }
  }

  @Test
  void a_loopback_address_of_ones_own_choice_is_kept() throws Exception {
    try (ConfigurableApplicationContext context = start("server.address=127.61.0.9")) {
      assertThat(answers(InetAddress.getByName("127.61.0.9"), port(context))).isTrue();
      assertThat(answers(InetAddress.getLoopbackAddress(), port(context))).isFalse();
    }
  }

  @Test
  void with_a_certificate_every_address_answers_and_a_renewed_one_is_taken_up() throws Exception {
    TestAuthority authority = new TestAuthority();
    TestAuthority.Issued first = authority.issue("127.0.0.1");
    try (ConfigurableApplicationContext context =
        start(
            "spring.ssl.bundle.pem.console.keystore.certificate=" + first.certificateFile(files),
            "spring.ssl.bundle.pem.console.keystore.private-key=" + first.keyFile(files),
            "spring.ssl.bundle.pem.console.reload-on-update=true",
            "spring.ssl.bundle.watch.file.quiet-period=50ms",
            "server.ssl.bundle=console")) {
      assertThat(answers(InetAddress.getByName("127.61.0.9"), port(context))).isTrue();
      SSLContext trusting = trusting(first.authority());
      assertThat(serial(trusting, port(context))).isEqualTo(first.certificate().getSerialNumber());
      assertThatThrownBy(() -> serial(SSLContext.getDefault(), port(context)))
          .isInstanceOf(IOException.class);

      TestAuthority.Issued second = authority.issue("127.0.0.1");
      second.keyFile(files);
      second.certificateFile(files);
      assertThat(servedWithin(Duration.ofSeconds(60), second, trusting, port(context))).isTrue();
    }
  }

  private static boolean servedWithin(
      Duration limit, TestAuthority.Issued issued, SSLContext trusting, int port)
      throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline) {
      if (serial(trusting, port).equals(issued.certificate().getSerialNumber())) {
        return true;
      }
    }
    return false;
  }

  private static BigInteger serial(SSLContext context, int port) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }
  }

  private static SSLContext trusting(X509Certificate authority) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", authority);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
