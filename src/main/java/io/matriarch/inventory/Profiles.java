package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Edits command profiles. Every edit needs the role admin and is in the audit trail. */
@Service
public class Profiles implements Editable<ProfileDraft> {

  private static final String KIND = "profile";

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;

  Profiles(JdbcClient jdbc, Access access, Edits edits) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
  }

  /** All of them by name. */
  public List<Versioned<ProfileDraft>> all() {
    return jdbc.sql("select * from command_profile order by name")
        .query(Profiles::versioned)
        .list();
  }

  @Override
  public Optional<Versioned<ProfileDraft>> find(long id) {
    return jdbc.sql("select * from command_profile where command_profile_id = :id")
        .param("id", id)
        .query(Profiles::versioned)
        .optional();
  }

  /**
   * The id of the profile with this name.
   *
   * @throws NotFound naming it
   */
  public long idOf(String name) {
    return lookUp(name).orElseThrow(() -> new NotFound("command profile", name));
  }

  @Override
  public Creation create(ProfileDraft draft, Set<String> given) {
    Actor actor = access.require(Role.ADMIN, Scope.everywhere(), "profile.create", draft.name());
    return edits.make(
        actor.entry("profile.create").on(KIND, draft.name(), null), () -> insert(draft, given));
  }

  @Override
  public void update(long id, int version, ProfileDraft draft) {
    ProfileDraft now = get(id).content();
    Actor actor = access.require(Role.ADMIN, Scope.everywhere(), "profile.update", now.name());
    edits.make(
        Changed.note(actor.entry("profile.update").on(KIND, now.name(), id), now, draft),
        () -> save(id, version, now, draft));
  }

  @Override
  public void delete(long id, int version) {
    ProfileDraft now = get(id).content();
    Actor actor = access.require(Role.ADMIN, Scope.everywhere(), "profile.delete", now.name());
    edits.make(
        actor.entry("profile.delete").on(KIND, now.name(), id), () -> remove(id, version, now));
  }

  private Creation insert(ProfileDraft draft, Set<String> given) {
    return bind(
            jdbc.sql(
                """
                insert into command_profile (name, description, start_cmd, stop_cmd, reload_cmd, as_owner)
                values (:name, :description, :start, :stop, :reload, :asOwner)
                on conflict do nothing returning command_profile_id
                """),
            draft)
        .query(Long.class)
        .optional()
        .map(Creation::made)
        .orElseGet(() -> existing(draft, given));
  }

  private Creation existing(ProfileDraft draft, Set<String> given) {
    Versioned<ProfileDraft> there = get(idOf(draft.name()));
    Changed.refuseOther(what(draft.name()), there.content(), draft, given);
    return Creation.existing(there.id());
  }

  private void save(long id, int version, ProfileDraft read, ProfileDraft draft) {
    lookUp(draft.name())
        .filter(other -> other != id)
        .ifPresent(other -> Changed.refuseName(what(draft.name())));
    if (builtIn(id) && !read.name().equals(draft.name())) {
      throw new Conflict(
          "%s was not renamed: it is built in and chosen by its name. Make a profile of your own beside it."
              .formatted(what(read.name())));
    }
    int saved =
        bind(
                jdbc.sql(
                    """
                    update command_profile set name = :name, description = :description, start_cmd = :start,
                           stop_cmd = :stop, reload_cmd = :reload, as_owner = :asOwner,
                           version = version + 1, updated_at = now()
                     where command_profile_id = :id and version = :version
                    """),
                draft)
            .param("id", id)
            .param("version", version)
            .update();
    if (saved == 0) {
      throw edits.lost(what(draft.name()), KIND, get(id), version, draft);
    }
  }

  private void remove(long id, int version, ProfileDraft read) {
    if (builtIn(id)) {
      throw new Conflict(
          "%s was not deleted: it is built in. Change it, or choose another one where it is used."
              .formatted(what(read.name())));
    }
    List<String> users =
        jdbc.sql(
                """
                select 'herd ' || name from herd where command_profile_id = :id
                union all select 'server ' || name from server where command_profile_id = :id
                order by 1
                """)
            .param("id", id)
            .query(String.class)
            .list();
    if (!users.isEmpty()) {
      throw new HasChildren(what(read.name()), users);
    }
    int deleted =
        jdbc.sql(
                "delete from command_profile where command_profile_id = :id and version = :version")
            .param("id", id)
            .param("version", version)
            .update();
    if (deleted == 0) {
      throw edits.lost(what(read.name()), KIND, get(id), version, read);
    }
  }

  private boolean builtIn(long id) {
    return jdbc.sql("select built_in from command_profile where command_profile_id = :id")
        .param("id", id)
        .query(Boolean.class)
        .single();
  }

  private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, ProfileDraft draft) {
    return sql.param("name", draft.name())
        .param("description", draft.description())
        .param("start", draft.start().toArray(String[]::new))
        .param("stop", draft.stop().toArray(String[]::new))
        .param("reload", draft.reload().toArray(String[]::new))
        .param("asOwner", draft.asOwner());
  }

  private static Versioned<ProfileDraft> versioned(ResultSet row, int n) throws SQLException {
    return new Versioned<>(
        row.getLong("command_profile_id"),
        row.getInt("version"),
        new ProfileDraft(
            row.getString("name"),
            row.getString("description"),
            Rows.textsOf(row, "start_cmd"),
            Rows.textsOf(row, "stop_cmd"),
            Rows.textsOf(row, "reload_cmd"),
            row.getBoolean("as_owner")));
  }

  private Versioned<ProfileDraft> get(long id) {
    return find(id).orElseThrow(() -> new NotFound("command profile", id));
  }

  private Optional<Long> lookUp(String name) {
    return jdbc.sql("select command_profile_id from command_profile where name = :name")
        .param("name", name)
        .query(Long.class)
        .optional();
  }

  private static String what(String name) {
    return "command profile " + Quoted.text(name);
  }
}
