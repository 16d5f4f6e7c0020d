package io.matriarch.inventory;

import io.matriarch.security.Secret;
import org.jspecify.annotations.Nullable;

/**
 * With which login a herd is read by SQL, as people write it.
 *
 * @param database to connect to
 * @param rootCertificate PEM, one or more
 * @param password null leaves the one that is stored; never read back
 */
public record MonitorDraft(
    String login, String database, String rootCertificate, @Nullable Secret password) {

  public static final String USUAL_DATABASE = "postgres";
  private static final int LONGEST_PASSWORD = 500;

  public MonitorDraft {
    rootCertificate = rootCertificate.strip() + "\n";
    Fields.name("monitorLogin", login, 63);
    Fields.name("monitorDatabase", database, 63);
    Fields.certificates("monitorRootCertificate", rootCertificate);
    if (password != null) {
      Fields.secret("monitorPassword", password, LONGEST_PASSWORD);
    }
  }

  /** The same with the password that is stored. */
  MonitorDraft withStoredPassword() {
    return new MonitorDraft(login, database, rootCertificate, null);
  }

  /**
   * Whether the stored password may serve for this: to another authority's servers, or for another
   * login, nobody sends a password that he does not know.
   */
  boolean mayKeepPasswordOf(MonitorDraft stored) {
    return login.equals(stored.login) && rootCertificate.equals(stored.rootCertificate);
  }

  /** As the trail and refusals show it, which cut long texts. */
  @Override
  public String toString() {
    return "%s, root %s, login %s, database %s"
        .formatted(
            password == null ? "stored password" : "new password ***",
            Fingerprints.shortOf(rootCertificate),
            login,
            database);
  }
}
