package io.matriarch.inventory;

import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Edits poolers. Every edit needs the role dba and is in the audit trail. */
@Service
public class Poolers implements Editable<PoolerDraft> {

  private static final String KIND = "pooler";

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;

  Poolers(JdbcClient jdbc, Access access, Edits edits) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
  }

  @Override
  public Optional<Versioned<PoolerDraft>> find(long id) {
    return jdbc.sql("select * from v_pooler where pooler_id = :id")
        .param("id", id)
        .query(
            (row, n) -> {
              Pooler pooler = Fleets.pooler(row, n);
              return new Versioned<>(id, row.getInt("version"), pooler.draft());
            })
        .optional();
  }

  /** Makes it, or returns the one of this herd that has this name and content. */
  @Override
  public Creation create(PoolerDraft draft, Set<String> given) {
    Actor actor = access.require(Role.DBA, scope(draft.herdId()), "pooler.create", draft.name());
    return edits.make(
        actor.entry("pooler.create").on(KIND, draft.name(), null), () -> insert(draft, given));
  }

  @Override
  public void update(long id, int version, PoolerDraft draft) {
    PoolerDraft now = get(id).content();
    Actor actor = access.require(Role.DBA, scope(now.herdId()), "pooler.update", now.name());
    edits.make(
        Changed.note(actor.entry("pooler.update").on(KIND, now.name(), id), now, draft),
        () -> save(id, version, now, draft));
  }

  /** Forgets it; nothing is done on its host. */
  @Override
  public void delete(long id, int version) {
    PoolerDraft now = get(id).content();
    Actor actor = access.require(Role.DBA, scope(now.herdId()), "pooler.delete", now.name());
    edits.make(
        actor.entry("pooler.delete").on(KIND, now.name(), id), () -> remove(id, version, now));
  }

  private Creation insert(PoolerDraft draft, Set<String> given) {
    Optional<Versioned<PoolerDraft>> there = lookUp(draft).flatMap(this::find);
    if (there.isPresent()) {
      Changed.refuseOther(what(draft), there.get().content(), draft, given);
      return Creation.existing(there.get().id());
    }
    refuseUnknown(draft);
    refuseProcess(draft, null);
    return bind(
            jdbc.sql(
                """
                insert into pooler (herd_id, server_id, name, socket_directory, port, admin_user, owner,
                                    databases_file, template, databases)
                values (:herd, :server, :name, :socket, :port, :admin, :owner, :file, :template, :databases)
                returning pooler_id
                """),
            draft)
        .param("herd", draft.herdId())
        .query(Long.class)
        .optional()
        .map(Creation::made)
        .orElseThrow();
  }

  private void save(long id, int version, PoolerDraft read, PoolerDraft draft) {
    if (draft.herdId() != read.herdId()) {
      throw new InvalidField(
          "herd", "cannot be changed; delete the pooler and add it to the other herd");
    }
    lookUp(draft).filter(other -> other != id).ifPresent(other -> Changed.refuseName(what(draft)));
    refuseUnknown(draft);
    refuseProcess(draft, id);
    int saved =
        bind(
                jdbc.sql(
                    """
                    update pooler set server_id = :server, name = :name, socket_directory = :socket,
                           port = :port, admin_user = :admin, owner = :owner, databases_file = :file,
                           template = :template, databases = :databases,
                           version = version + 1, updated_at = now()
                     where pooler_id = :id and version = :version
                    """),
                draft)
            .param("id", id)
            .param("version", version)
            .update();
    if (saved == 0) {
      throw edits.lost(what(draft), KIND, get(id), version, draft);
    }
  }

  private void remove(long id, int version, PoolerDraft read) {
    int deleted =
        jdbc.sql("delete from pooler where pooler_id = :id and version = :version")
            .param("id", id)
            .param("version", version)
            .update();
    if (deleted == 0) {
      throw edits.lost(what(read), KIND, get(id), version, read);
    }
  }

  private void refuseUnknown(PoolerDraft draft) {
    if (!exists("select exists (select from herd where herd_id = :id)", draft.herdId())) {
      throw new InvalidField("herd", "is unknown: there is no herd " + draft.herdId());
    }
    if (!exists("select exists (select from server where server_id = :id)", draft.serverId())) {
      throw new InvalidField("server", "is unknown: there is no server " + draft.serverId());
    }
  }

  private boolean exists(String question, long id) {
    return jdbc.sql(question).param("id", id).query(Boolean.class).single();
  }

  /** Two entries for one process would pause and point it twice. */
  private void refuseProcess(PoolerDraft draft, @Nullable Long id) {
    jdbc.sql(
            """
            select p.name || ' of herd ' || h.name from pooler p join herd h using (herd_id)
             where server_id = :server and socket_directory = :socket and p.port = :port
               and pooler_id is distinct from :id::bigint
            """)
        .param("server", draft.serverId())
        .param("socket", draft.socketDirectory())
        .param("port", draft.port())
        .param("id", id)
        .query(String.class)
        .optional()
        .ifPresent(
            other -> {
              throw new Conflict(
                  "%s was not saved: pooler %s is this very process, by server, socket directory and port. Correct one of them."
                      .formatted(what(draft), Quoted.text(other)));
            });
  }

  private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, PoolerDraft draft) {
    return sql.param("server", draft.serverId())
        .param("name", draft.name())
        .param("socket", draft.socketDirectory())
        .param("port", draft.port())
        .param("admin", draft.adminUser())
        .param("owner", draft.owner())
        .param("file", draft.databasesFile())
        .param("template", draft.template())
        .param("databases", draft.databases().toArray(String[]::new));
  }

  private Scope scope(long herdId) {
    return jdbc.sql(
            """
            select environment_id from herd where herd_id = :id and environment_id is not null
            """)
        .param("id", herdId)
        .query(Long.class)
        .optional()
        .map(Scope::environment)
        .orElseGet(Scope::everywhere);
  }

  private Versioned<PoolerDraft> get(long id) {
    return find(id).orElseThrow(() -> new NotFound(KIND, id));
  }

  private Optional<Long> lookUp(PoolerDraft draft) {
    return jdbc.sql("select pooler_id from pooler where herd_id = :herd and name = :name")
        .param("herd", draft.herdId())
        .param("name", draft.name())
        .query(Long.class)
        .optional();
  }

  private static String what(PoolerDraft draft) {
    return "pooler " + Quoted.text(draft.name());
  }
}
