package io.matriarch.alarm;

import io.matriarch.inventory.Conflict;
import io.matriarch.security.SealBroken;
import io.matriarch.security.Sealed;
import io.matriarch.security.Seals;
import io.matriarch.security.Secret;
import io.matriarch.security.Secrets;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What webhooks are signed with: sealed in the row of their receiver. */
@Component
class WebhookSecrets {

  private static final String TABLE = "alarm_receiver";
  private static final String COLUMN = "sealed_secret";

  private final JdbcClient jdbc;
  private final Seals seals;

  WebhookSecrets(JdbcClient jdbc, Seals seals) {
    this.jdbc = jdbc;
    this.seals = seals;
  }

  /** A new one, made at random. */
  Secret replace(long receiver) {
    Secret made = Secrets.random("mtw_");
    keep(receiver, made);
    return made;
  }

  void keep(long receiver, Secret secret) {
    try {
      jdbc.sql("update alarm_receiver set sealed_secret = :sealed where alarm_receiver_id = :id")
          .param("sealed", seals.seal(secret, TABLE, receiver, COLUMN).text())
          .param("id", receiver)
          .update();
    } catch (SealBroken e) {
      throw new Conflict("The secret of the webhook was not saved. " + e.getMessage());
    }
  }

  /**
   * @throws SealBroken if it cannot be opened
   */
  Secret open(long receiver, Sealed kept) {
    return seals.open(kept, TABLE, receiver, COLUMN);
  }

  /** The same draft, without its secret if that is the one that is stored. */
  ReceiverDraft unlessStored(long receiver, ReceiverDraft draft) {
    Secret given = draft.secret();
    try {
      return given != null && stored(receiver).filter(given::equals).isPresent()
          ? draft.withStoredSecret()
          : draft;
    } catch (SealBroken e) {
      return draft;
    }
  }

  private Optional<Secret> stored(long receiver) {
    return jdbc.sql(
            """
            select sealed_secret from alarm_receiver
             where alarm_receiver_id = :id and sealed_secret is not null
            """)
        .param("id", receiver)
        .query(String.class)
        .optional()
        .map(kept -> open(receiver, new Sealed(kept)));
  }
}
