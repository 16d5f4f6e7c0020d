package io.matriarch.discovery;

import io.matriarch.audit.Audit;
import io.matriarch.audit.Outcome;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Database logins that serve one server each: bound at the first report without a token. */
@Service
public class AgentLogins {

  /** A login, and since when it is the one that reports for its server. */
  public record Bound(String login, Instant since) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Access access;
  private final Audit audit;
  private final Ledger ledger;

  AgentLogins(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Access access,
      Audit audit,
      Ledger ledger) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.access = access;
    this.audit = audit;
    this.ledger = ledger;
  }

  public Optional<Bound> of(long serverId) {
    return jdbc.sql("select login, bound_at from agent_login where server_id = :server")
        .param("server", serverId)
        .query((rs, n) -> new Bound(rs.getString("login"), rs.getTimestamp("bound_at").toInstant()))
        .optional();
  }

  /**
   * Lets the next login that reports for this server be bound in its place. The last report is
   * forgotten with its sender; the inventory keeps what it said.
   *
   * @throws NoSuchElementException if there is no such server
   * @throws IllegalStateException if no login is bound to it (any more)
   */
  public void release(long serverId) {
    String server = name(serverId);
    Actor actor =
        access.require(Role.ADMIN, Scope.everywhere(), "server.release-agent-login", server);
    transaction.executeWithoutResult(
        status -> {
          ledger.takeTurn();
          release(actor, serverId, server);
        });
  }

  private void release(Actor actor, long serverId, String server) {
    Bound bound =
        of(serverId)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Releasing the agent login of %s: none is bound to it. Nothing was changed; reload to see how it reports now."
                            .formatted(server)));
    long intent =
        audit.intent(
            actor
                .entry("server.release-agent-login")
                .on("server", server, serverId)
                .with("login", bound.login()));
    jdbc.sql(
            """
            with released as (delete from agent_login where server_id = :server)
            delete from agent_report where server_id = :server
            """)
        .param("server", serverId)
        .update();
    audit.outcome(intent, Outcome.SUCCEEDED, Map.of());
    ledger.announce(List.of(serverId), List.of());
  }

  private String name(long serverId) {
    return jdbc.sql("select name from server where server_id = :server")
        .param("server", serverId)
        .query(String.class)
        .optional()
        .orElseThrow(() -> new NoSuchElementException("There is no server " + serverId + "."));
  }
}
