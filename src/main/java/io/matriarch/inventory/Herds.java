package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Edits herds. Every edit needs the role dba and is in the audit trail. */
@Service
public class Herds implements Editable<HerdDraft> {

  private static final String KIND = "herd";

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;
  private final MonitorLogins monitors;

  Herds(JdbcClient jdbc, Access access, Edits edits, MonitorLogins monitors) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
    this.monitors = monitors;
  }

  @Override
  public Optional<Versioned<HerdDraft>> find(long id) {
    return jdbc.sql(
            """
            select h.*, m.login as monitor_login, m.database as monitor_database, m.root_certificate
              from herd h left join monitor_login m using (herd_id) where herd_id = :id
            """)
        .param("id", id)
        .query((row, n) -> new Versioned<>(id, row.getInt("version"), draft(row)))
        .optional();
  }

  @Override
  public Creation create(HerdDraft draft, Set<String> given) {
    Actor actor =
        access.require(Role.DBA, Edits.scope(draft.environmentId()), "herd.create", draft.name());
    return edits.make(
        actor.entry("herd.create").on(KIND, draft.name(), null), () -> insert(draft, given));
  }

  @Override
  public void update(long id, int version, HerdDraft draft) {
    HerdDraft now = get(id).content();
    Scope scope = Edits.scope(now.environmentId(), draft.environmentId());
    Actor actor = access.require(Role.DBA, scope, "herd.update", now.name());
    edits.make(
        Changed.note(actor.entry("herd.update").on(KIND, now.name(), id), now, draft),
        () -> save(id, version, now, draft));
  }

  @Override
  public void delete(long id, int version) {
    HerdDraft now = get(id).content();
    Actor actor =
        access.require(Role.DBA, Edits.scope(now.environmentId()), "herd.delete", now.name());
    edits.make(actor.entry("herd.delete").on(KIND, now.name(), id), () -> remove(id, version, now));
  }

  /** Puts a herd of no environment into one. */
  public void place(long id, long environmentId) {
    Versioned<HerdDraft> now = get(id);
    if (now.content().environmentId() != null) {
      throw new Conflict(
          "%s was not placed: it is in an environment already. Reload; edit it to move it."
              .formatted(what(now.content().name())));
    }
    update(id, now.version(), now.content().inEnvironment(environmentId));
  }

  private Creation insert(HerdDraft draft, Set<String> given) {
    Optional<Versioned<HerdDraft>> there = lookUp(draft).flatMap(this::find);
    if (there.isPresent()) {
      HerdDraft same = draft.readWith(monitors.unlessStored(there.get().id(), draft.monitor()));
      Changed.refuseOther(what(draft.name()), there.get().content(), same, given);
      return Creation.existing(there.get().id());
    }
    refuseIdentifier(draft);
    long made =
        bind(
                jdbc.sql(
                    """
                insert into herd (name, environment_id, description, owner, tags, port, virtual_host,
                                  data_directory, system_identifier, command_profile_id, priority)
                values (:name, :environment, :description, :owner, :tags, :port, :virtualHost,
                        :dataDirectory, :systemIdentifier, :profile, :priority)
                returning herd_id
                """),
                draft)
            .query(Long.class)
            .single();
    if (draft.monitor() != null) {
      monitors.save(made, null, draft.monitor());
    }
    return Creation.made(made);
  }

  private void save(long id, int version, HerdDraft read, HerdDraft draft) {
    lookUp(draft)
        .filter(other -> other != id)
        .ifPresent(other -> Changed.refuseName(what(draft.name())));
    if (!Objects.equals(read.systemIdentifier(), draft.systemIdentifier())) {
      if (read.systemIdentifier() != null) {
        throw new Conflict(
            "%s was not saved: its system identifier is %s and cannot be changed. Make another herd."
                .formatted(what(read.name()), read.systemIdentifier()));
      }
      refuseIdentifier(draft);
    }
    int saved =
        bind(
                jdbc.sql(
                    """
                    update herd set name = :name, environment_id = :environment, description = :description,
                           owner = :owner, tags = :tags, port = :port, virtual_host = :virtualHost,
                           data_directory = :dataDirectory, system_identifier = :systemIdentifier,
                           command_profile_id = :profile, priority = :priority, version = version + 1, updated_at = now()
                     where herd_id = :id and version = :version
                    """),
                draft)
            .param("id", id)
            .param("version", version)
            .update();
    if (saved == 0) {
      throw edits.lost(what(draft.name()), KIND, get(id), version, draft);
    }
    MonitorDraft stored = get(id).content().monitor();
    if (!Objects.equals(stored, draft.monitor())) {
      monitors.save(id, stored, draft.monitor());
    }
  }

  private void remove(long id, int version, HerdDraft read) {
    List<String> children =
        jdbc.sql(
                """
                select 'instance ' || s.name || ':' || coalesce(i.port::text, i.data_directory)
                  from instance i join server s using (server_id) where i.herd_id = :id
                union all select 'pooler ' || name from pooler where herd_id = :id order by 1
                """)
            .param("id", id)
            .query(String.class)
            .list();
    if (!children.isEmpty()) {
      throw new HasChildren(what(read.name()), children);
    }
    int deleted =
        jdbc.sql("delete from herd where herd_id = :id and version = :version")
            .param("id", id)
            .param("version", version)
            .update();
    if (deleted == 0) {
      throw edits.lost(what(read.name()), KIND, get(id), version, read);
    }
  }

  private void refuseIdentifier(HerdDraft draft) {
    if (draft.systemIdentifier() == null) {
      return;
    }
    jdbc.sql("select name from herd where system_identifier = :id order by lineage limit 1")
        .param("id", draft.systemIdentifier())
        .query(String.class)
        .optional()
        .ifPresent(
            other -> {
              throw new Conflict(
                  "%s was not saved: herd %s has the system identifier %s already. Use that one, or leave the field empty."
                      .formatted(what(draft.name()), Quoted.text(other), draft.systemIdentifier()));
            });
  }

  private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, HerdDraft draft) {
    return sql.param("name", draft.name())
        .param("environment", draft.environmentId())
        .param("description", draft.description())
        .param("owner", draft.owner())
        .param("tags", draft.tags().toArray(String[]::new))
        .param("port", draft.port())
        .param("virtualHost", draft.virtualHost())
        .param("dataDirectory", draft.dataDirectory())
        .param("systemIdentifier", draft.systemIdentifier())
        .param("profile", draft.profileId())
        .param("priority", draft.priority());
  }

  private static HerdDraft draft(ResultSet row) throws SQLException {
    return new HerdDraft(
        row.getString("name"),
        Rows.longOf(row, "environment_id"),
        row.getString("description"),
        row.getString("owner"),
        Rows.textsOf(row, "tags"),
        Rows.intOf(row, "port"),
        row.getString("virtual_host"),
        row.getString("data_directory"),
        row.getString("system_identifier"),
        Rows.longOf(row, "command_profile_id"),
        monitor(row),
        row.getInt("priority"));
  }

  private static @Nullable MonitorDraft monitor(ResultSet row) throws SQLException {
    String login = row.getString("monitor_login");
    return login == null
        ? null
        : new MonitorDraft(
            login, row.getString("monitor_database"), row.getString("root_certificate"), null);
  }

  private Versioned<HerdDraft> get(long id) {
    return find(id).orElseThrow(() -> new NotFound(KIND, id));
  }

  private Optional<Long> lookUp(HerdDraft draft) {
    return jdbc.sql(
            """
            select herd_id from herd where name = :name
               and environment_id is not distinct from :environment::bigint
            """)
        .param("name", draft.name())
        .param("environment", draft.environmentId())
        .query(Long.class)
        .optional();
  }

  private static String what(String name) {
    return "herd " + Quoted.text(name);
  }
}
