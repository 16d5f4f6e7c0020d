package io.matriarch.remote;

import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.kex.DHGroups;
import com.hierynomus.sshj.transport.kex.ExtInfoClientFactory;
import com.hierynomus.sshj.transport.mac.Macs;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.kex.DHGexSHA256;
import net.schmizz.sshj.transport.kex.ECDHNistP;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * What we offer to every host: the cheapest sound algorithms first. No SHA-1, no CBC, no
 * compression. The library takes them from BouncyCastle, without which it knows no ECDSA host keys;
 * the JDK's own were measured and are not faster.
 */
final class SshConfig {

  /** Turned on by logging this name at debug; else the library logs what it also throws. */
  private static final Logger LIBRARY =
      org.slf4j.LoggerFactory.getLogger("io.matriarch.remote.sshj");

  private static final Config SHARED = create();

  private SshConfig() {}

  static Config shared() {
    return SHARED;
  }

  static Config onlyHostKeys(String type) {
    ConfigImpl config = create();
    List<String> algorithms = signatureAlgorithms(type);
    config.setKeyAlgorithms(
        config.getKeyAlgorithms().stream()
            .filter(factory -> algorithms.contains(factory.getName()))
            .toList());
    return config;
  }

  /** The signature algorithms that prove possession of a key of this type. */
  static List<String> signatureAlgorithms(String keyType) {
    return keyType.equals("ssh-rsa") ? List.of("rsa-sha2-512", "rsa-sha2-256") : List.of(keyType);
  }

  private static ConfigImpl create() {
    ConfigImpl config = new ConfigImpl();
    config.setLoggerFactory(new QuietLoggers());
    config.setVersion("Matriarch");
    config.setKeyExchangeFactories(
        new Curve25519SHA256.Factory(),
        new Curve25519SHA256.FactoryLibSsh(),
        new ECDHNistP.Factory256(),
        new ECDHNistP.Factory384(),
        new ECDHNistP.Factory521(),
        DHGroups.Group16SHA512(),
        DHGroups.Group14SHA256(),
        new DHGexSHA256.Factory(),
        new ExtInfoClientFactory());
    config.setKeyAlgorithms(
        List.of(
            KeyAlgorithms.EdDSA25519(),
            KeyAlgorithms.ECDSASHANistp256(),
            KeyAlgorithms.ECDSASHANistp384(),
            KeyAlgorithms.ECDSASHANistp521(),
            KeyAlgorithms.RSASHA512(),
            KeyAlgorithms.RSASHA256()));
    config.setRandomFactory(new SingletonRandomFactory(new JCERandom.Factory()));
    config.setFileKeyProviderFactories(List.of());
    config.setCipherFactories(
        List.of(
            GcmCiphers.AES128GCM(),
            GcmCiphers.AES256GCM(),
            BlockCiphers.AES128CTR(),
            BlockCiphers.AES256CTR()));
    config.setMACFactories(
        List.of(
            Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm(), Macs.HMACSHA2256(), Macs.HMACSHA2512()));
    config.setCompressionFactories(List.of(new NoneCompression.Factory()));
    config.setKeepAliveProvider(KeepAliveProvider.HEARTBEAT);
    return config;
  }

  private static final class QuietLoggers implements LoggerFactory {

    @Override
    public Logger getLogger(String name) {
      return LIBRARY.isDebugEnabled() ? LIBRARY : NOPLogger.NOP_LOGGER;
    }

    @Override
    public Logger getLogger(Class<?> type) {
      return getLogger(type.getName());
    }
  }
}
