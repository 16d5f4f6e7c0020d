package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.security.Secret;
import io.matriarch.security.Secrets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * Edits servers and their agent tokens. Every edit needs the role dba and is in the audit trail.
 */
@Service
public class Servers implements Editable<ServerDraft> {

  private static final String KIND = "server";

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;

  Servers(JdbcClient jdbc, Access access, Edits edits) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
  }

  @Override
  public Optional<Versioned<ServerDraft>> find(long id) {
    return jdbc.sql("select * from server where server_id = :id")
        .param("id", id)
        .query((row, n) -> new Versioned<>(id, row.getInt("version"), draft(row)))
        .optional();
  }

  /** Makes it with an agent token, or returns the one that has this name and content. */
  @Override
  public Creation create(ServerDraft draft, Set<String> given) {
    Actor actor =
        access.require(Role.DBA, Edits.scope(draft.environmentId()), "server.create", draft.name());
    return edits.make(
        actor.entry("server.create").on(KIND, draft.name(), null), () -> insert(draft, given));
  }

  /** Saves it. Where it connects in another way than before, it counts as unverified again. */
  @Override
  public void update(long id, int version, ServerDraft draft) {
    Versioned<ServerDraft> now = get(id);
    String name = now.content().name();
    Scope scope = Edits.scope(now.content().environmentId(), draft.environmentId());
    Actor actor = access.require(Role.DBA, scope, "server.update", name);
    edits.make(
        Changed.note(actor.entry("server.update").on(KIND, name, id), now.content(), draft),
        () -> save(id, version, now.content(), draft));
  }

  @Override
  public void delete(long id, int version) {
    ServerDraft now = get(id).content();
    Actor actor =
        access.require(Role.DBA, Edits.scope(now.environmentId()), "server.delete", now.name());
    edits.make(
        actor.entry("server.delete").on(KIND, now.name(), id), () -> remove(id, version, now));
  }

  /** Puts a server of no environment into one. */
  public void place(long id, long environmentId) {
    Versioned<ServerDraft> now = get(id);
    if (now.content().environmentId() != null) {
      throw new Conflict(
          "%s was not placed: it is in an environment already. Reload; edit it to move it."
              .formatted(what(now.content().name())));
    }
    update(id, now.version(), now.content().inEnvironment(environmentId));
  }

  /** Notes that the connection, as this version describes it, was checked from end to end. */
  public void markVerified(long id, int version) {
    ServerDraft now = get(id).content();
    Actor actor =
        access.require(Role.DBA, Edits.scope(now.environmentId()), "server.verified", now.name());
    edits.make(
        actor.entry("server.verified").on(KIND, now.name(), id),
        () -> {
          int marked =
              jdbc.sql(
                      "update server set verified_at = now() where server_id = :id and version = :version")
                  .param("id", id)
                  .param("version", version)
                  .update();
          if (marked == 0) {
            throw edits.lost(what(now.name()), KIND, get(id), version, now);
          }
        });
  }

  /** Makes a new agent token; the old one ends at once. It is returned once and not kept. */
  public Secret newAgentToken(long id) {
    ServerDraft now = get(id).content();
    Actor actor =
        access.require(
            Role.DBA, Edits.scope(now.environmentId()), "server.agent-token", now.name());
    return edits.make(
        actor.entry("server.agent-token").on(KIND, now.name(), id),
        () -> {
          Secret token = agentToken();
          jdbc.sql("update server set agent_token_hash = :hash where server_id = :id")
              .param("hash", hash(token))
              .param("id", id)
              .update();
          return token;
        });
  }

  private Creation insert(ServerDraft draft, Set<String> given) {
    refuseAddress(draft, null);
    Secret token = agentToken();
    return bind(
            jdbc.sql(
                """
                insert into server (name, kind, environment_id, site, address, ssh_port, ssh_user, host_keys,
                                    become, command_profile_id, notes, agent_token_hash)
                values (:name, :kind, :environment, :site, :address, :port, :user, :keys,
                        :become, :profile, :notes, :hash)
                on conflict (name) do nothing returning server_id
                """),
            draft)
        .param("hash", hash(token))
        .query(Long.class)
        .optional()
        .map(id -> new Creation(id, true, token))
        .orElseGet(() -> existing(draft, given));
  }

  private Creation existing(ServerDraft draft, Set<String> given) {
    Versioned<ServerDraft> there =
        lookUp(draft.name())
            .flatMap(this::find)
            .orElseThrow(() -> new NotFound(KIND, draft.name()));
    Changed.refuseOther(what(draft.name()), there.content(), draft, given);
    return Creation.existing(there.id());
  }

  private void save(long id, int version, ServerDraft read, ServerDraft draft) {
    lookUp(draft.name())
        .filter(other -> other != id)
        .ifPresent(other -> Changed.refuseName(what(draft.name())));
    refuseAddress(draft, id);
    int saved =
        bind(
                jdbc.sql(
                    """
                    update server set name = :name, kind = :kind, environment_id = :environment, site = :site,
                           address = :address, ssh_port = :port, ssh_user = :user, host_keys = :keys,
                           become = :become, command_profile_id = :profile, notes = :notes,
                           verified_at = case when :unchanged then verified_at end,
                           version = version + 1, updated_at = now()
                     where server_id = :id and version = :version
                    """),
                draft)
            .param("unchanged", draft.connectsLike(read))
            .param("id", id)
            .param("version", version)
            .update();
    if (saved == 0) {
      throw edits.lost(what(draft.name()), KIND, get(id), version, draft);
    }
    if (!draft.hostKeys().equals(read.hostKeys())) {
      jdbc.sql("update server_report set host_key_alarm_at = null where server_id = :id")
          .param("id", id)
          .update();
    }
  }

  private void remove(long id, int version, ServerDraft read) {
    List<String> children =
        jdbc.sql(
                """
                select 'instance ' || coalesce(i.port::text, i.data_directory) || ' of herd ' || h.name
                  from instance i join herd h using (herd_id) where i.server_id = :id
                union all
                select 'pooler ' || p.name || ' of herd ' || h.name
                  from pooler p join herd h using (herd_id) where p.server_id = :id order by 1
                """)
            .param("id", id)
            .query(String.class)
            .list();
    if (!children.isEmpty()) {
      throw new HasChildren(what(read.name()), children);
    }
    int deleted =
        jdbc.sql("delete from server where server_id = :id and version = :version")
            .param("id", id)
            .param("version", version)
            .update();
    if (deleted == 0) {
      throw edits.lost(what(read.name()), KIND, get(id), version, read);
    }
  }

  /** Two servers at one address and port would be one host that counts twice. */
  private void refuseAddress(ServerDraft draft, @Nullable Long id) {
    jdbc.sql(
            """
            select name from server where address = :address and ssh_port = :port
               and server_id is distinct from :id::bigint and name <> :name
            """)
        .param("address", draft.address())
        .param("port", draft.sshPort())
        .param("id", id)
        .param("name", draft.name())
        .query(String.class)
        .optional()
        .ifPresent(
            other -> {
              throw new Conflict(
                  "%s was not saved: server %s is at %s port %d already. Use that one, or correct the address."
                      .formatted(
                          what(draft.name()),
                          Quoted.text(other),
                          draft.address(),
                          draft.sshPort()));
            });
  }

  private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, ServerDraft draft) {
    return sql.param("name", draft.name())
        .param("kind", draft.kind().name())
        .param("environment", draft.environmentId())
        .param("site", draft.site())
        .param("address", draft.address())
        .param("port", draft.sshPort())
        .param("user", draft.sshUser())
        .param("keys", draft.hostKeys().toArray(String[]::new))
        .param("become", draft.become().toArray(String[]::new))
        .param("profile", draft.profileId())
        .param("notes", draft.notes());
  }

  private static ServerDraft draft(ResultSet row) throws SQLException {
    return new ServerDraft(
        row.getString("name"),
        Server.Kind.valueOf(row.getString("kind")),
        Rows.longOf(row, "environment_id"),
        row.getString("site"),
        row.getString("address"),
        row.getInt("ssh_port"),
        row.getString("ssh_user"),
        Rows.textsOf(row, "host_keys"),
        Rows.textsOf(row, "become"),
        Rows.longOf(row, "command_profile_id"),
        row.getString("notes"));
  }

  private Versioned<ServerDraft> get(long id) {
    return find(id).orElseThrow(() -> new NotFound(KIND, id));
  }

  private Optional<Long> lookUp(String name) {
    return jdbc.sql("select server_id from server where name = :name")
        .param("name", name)
        .query(Long.class)
        .optional();
  }

  private static Secret agentToken() {
    return Secrets.random("mta_");
  }

  private static String hash(Secret token) {
    return HexFormat.of().formatHex(Secrets.hash(token));
  }

  private static String what(String name) {
    return "server " + Quoted.text(name);
  }
}
