package io.matriarch.inventory;

import io.matriarch.security.Sealed;

/** The login with which a herd is read by SQL, with its password as it is stored. */
public record MonitorLogin(
    long herdId, String login, String database, String rootCertificate, Sealed password) {

  /** A short name of the root certificate. */
  public String rootFingerprint() {
    return Fingerprints.of(rootCertificate);
  }
}
