package io.matriarch.demo;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;

/** A self-signed certificate for one address, made at the first start by the JDK's keytool. */
record DemoCertificate(Path store, Path pem, String password) {

  static DemoCertificate in(Path directory, String address, String password)
      throws IOException, InterruptedException {
    DemoCertificate certificate =
        new DemoCertificate(
            directory.resolve(address + ".p12"), directory.resolve(address + ".pem"), password);
    if (!Files.exists(certificate.pem())) {
      certificate.create(address);
    }
    return certificate;
  }

  private void create(String address) throws IOException, InterruptedException {
    Files.deleteIfExists(store);
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=Matriarch demo directory",
        "-ext",
        "san=ip:" + address,
        "-validity",
        "3650");
    keytool("-exportcert", "-rfc", "-file", pem.toString());
  }

  private void keytool(String verb, String... options) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            verb,
            "-alias",
            "directory",
            "-keystore",
            store.toString(),
            "-storetype",
            "PKCS12",
            "-storepass:env",
            "DEMO_STORE_PASSWORD");
    builder.command().addAll(List.of(options));
    builder.environment().put("DEMO_STORE_PASSWORD", password);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("keytool " + verb + " for " + store + " failed: " + said);
    }
  }

  SSLServerSocketFactory sockets() throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream stream = new FileInputStream(store.toFile())) {
      keys.load(stream, password.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, password.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context.getServerSocketFactory();
  }
}
