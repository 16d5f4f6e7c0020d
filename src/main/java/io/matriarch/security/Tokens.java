package io.matriarch.security;

import io.matriarch.audit.Audit;
import io.matriarch.audit.AuditEntry;
import io.matriarch.audit.Origin;
import io.matriarch.audit.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Bearer tokens for scripts and other tools: made and revoked by administrators. */
@Service
public class Tokens {

  private static final String PREFIX = "mtr_";
  private static final String KIND = "token";

  private final JdbcClient jdbc;
  private final Access access;
  private final Audit audit;
  private final TransactionTemplate transaction;
  private final Clock clock;

  Tokens(
      JdbcClient jdbc,
      Access access,
      Audit audit,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.access = access;
    this.audit = audit;
    this.transaction = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /** A token just made; the secret is shown now and never again. */
  public record Created(long id, Secret secret) {}

  /**
   * Makes a token.
   *
   * @param expiresAt when it ends, or null for never
   * @throws IllegalArgumentException if the name is taken by a token in use, or empty or too long
   */
  public Created create(String name, Role role, @Nullable Instant expiresAt) {
    Actor actor = access.require(Role.ADMIN, Scope.everywhere(), "token.create", name);
    Secret secret = Secrets.random(PREFIX);
    AuditEntry entry =
        actor
            .entry("token.create")
            .on(KIND, name, null)
            .with("role", role.stored())
            .with("expires", expiresAt == null ? "never" : expiresAt.toString());
    return required(
        transaction.execute(
            status -> {
              long intent = audit.intent(entry);
              long id = insert(name.strip(), role, expiresAt, secret, actor);
              audit.outcome(intent, Outcome.SUCCEEDED, Map.of("id", id));
              return new Created(id, secret);
            }));
  }

  private long insert(
      String name, Role role, @Nullable Instant expiresAt, Secret secret, Actor actor) {
    if (name.isEmpty() || name.length() > 100) {
      throw new IllegalArgumentException("The name of a token has 1 to 100 characters.");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The name of a token has no control characters and no line breaks.");
    }
    if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
      throw new IllegalArgumentException("The end of a token lies in the future.");
    }
    try {
      return required(
          jdbc.sql(
                  """
                  insert into matriarch.api_token (name, role, hash, created_by, expires_at)
                  values (:name, :role, :hash, :by, :expires) returning id
                  """)
              .param("name", name)
              .param("role", role.stored())
              .param("hash", Secrets.hash(secret))
              .param("by", actor.name())
              .param("expires", expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC))
              .query(Long.class)
              .single());
    } catch (DuplicateKeyException e) {
      throw new IllegalArgumentException(
          "A token named " + name + " is in use; revoke it first, or choose another name.", e);
    }
  }

  /** All tokens, those in use first. */
  public List<ApiToken> list() {
    access.require(Role.ADMIN, Scope.everywhere(), "token.list", "tokens");
    return jdbc.sql(
            """
            select * from matriarch.api_token
             order by revoked_at is not null, name, created_at desc
            """)
        .query(Tokens::row)
        .list();
  }

  /** Ends a token at once; false if there is none in use with that number. */
  public boolean revoke(long id) {
    Actor actor = access.require(Role.ADMIN, Scope.everywhere(), "token.revoke", Long.toString(id));
    return required(
        transaction.execute(
            status -> {
              long intent =
                  audit.intent(actor.entry("token.revoke").on(KIND, nameOf(id).orElse(null), id));
              int revoked =
                  jdbc.sql(
                          """
                          update matriarch.api_token set revoked_at = now(), revoked_by = :by
                           where id = :id and revoked_at is null
                          """)
                      .param("by", actor.name())
                      .param("id", id)
                      .update();
              audit.outcome(intent, revoked == 1 ? Outcome.SUCCEEDED : Outcome.REFUSED, Map.of());
              return revoked == 1;
            }));
  }

  private Optional<String> nameOf(long id) {
    return jdbc.sql("select name from matriarch.api_token where id = :id")
        .param("id", id)
        .query(String.class)
        .optional();
  }

  /** Who a token speaks for, if it is in use. */
  Optional<Actor> actor(Secret token, @Nullable String address) {
    if (!token.reveal().startsWith(PREFIX)) {
      return Optional.empty();
    }
    byte[] hash = Secrets.hash(token);
    Optional<Actor> actor =
        jdbc.sql(
                """
                select name, role from matriarch.api_token
                 where hash = :hash and revoked_at is null
                   and (expires_at is null or expires_at > now())
                """)
            .param("hash", hash)
            .query(
                (row, number) ->
                    new Actor(
                        "token:" + row.getString("name"),
                        Role.parse(row.getString("role")),
                        Origin.API,
                        address))
            .optional();
    actor.ifPresent(known -> touch(hash));
    return actor;
  }

  private void touch(byte[] hash) {
    jdbc.sql(
            """
            update matriarch.api_token set last_used_at = now()
             where hash = :hash
               and (last_used_at is null or last_used_at < now() - interval '1 minute')
            """)
        .param("hash", hash)
        .update();
  }

  private static ApiToken row(ResultSet row, int number) throws SQLException {
    return new ApiToken(
        row.getLong("id"),
        row.getString("name"),
        Role.parse(row.getString("role")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getString("created_by"),
        instant(row, "expires_at"),
        instant(row, "revoked_at"),
        row.getString("revoked_by"),
        instant(row, "last_used_at"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the database returned nothing");
    }
    return value;
  }
}
