package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.security.SealBroken;
import io.matriarch.security.Sealed;
import io.matriarch.security.Seals;
import io.matriarch.security.Secret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The logins with which herds are read by SQL; herds without one are read through SSH. */
@Component
public class MonitorLogins {

  private static final String TABLE = "monitor_login";
  private static final String COLUMN = "sealed_password";

  private final JdbcClient jdbc;
  private final Seals seals;

  MonitorLogins(JdbcClient jdbc, Seals seals) {
    this.jdbc = jdbc;
    this.seals = seals;
  }

  /** Those of these herds that have one, by herd. */
  public Map<Long, MonitorLogin> of(Collection<Long> herdIds) {
    return jdbc
        .sql("select * from monitor_login where herd_id = any(:herds)")
        .param("herds", herdIds.toArray(Long[]::new))
        .query(MonitorLogins::login)
        .list()
        .stream()
        .collect(Collectors.toMap(MonitorLogin::herdId, Function.identity()));
  }

  public Optional<MonitorLogin> find(long herdId) {
    return Optional.ofNullable(of(List.of(herdId)).get(herdId));
  }

  /**
   * @throws SealBroken if it cannot be opened
   */
  public Secret password(MonitorLogin login) {
    return seals.open(login.password(), TABLE, login.herdId(), COLUMN);
  }

  /** What came of it at each member of the herd that was looked at. */
  public List<MonitorLook> looks(long herdId) {
    return jdbc.sql(
            """
            select instance_id, s.name, i.port, l.looked_at, l.rights, l.trouble
              from monitor_look l join instance i using (instance_id) join server s using (server_id)
              join monitor_login m on m.herd_id = i.herd_id
             where i.herd_id = :herd order by s.name, i.port
            """)
        .param("herd", herdId)
        .query(MonitorLogins::look)
        .list();
  }

  /** Stores what a herd was given, or that it is read through SSH. */
  void save(long herdId, @Nullable MonitorDraft stored, @Nullable MonitorDraft draft) {
    if (draft == null) {
      jdbc.sql("delete from monitor_login where herd_id = :herd").param("herd", herdId).update();
      return;
    }
    jdbc.sql(
            """
            insert into monitor_login as m (herd_id, login, database, root_certificate, sealed_password)
            values (:herd, :login, :database, :root, :sealed)
            on conflict (herd_id) do update set login = :login, database = :database,
                   root_certificate = :root, sealed_password = :sealed
            """)
        .param("herd", herdId)
        .param("login", draft.login())
        .param("database", draft.database())
        .param("root", draft.rootCertificate())
        .param("sealed", sealed(herdId, stored, draft).text())
        .update();
    forgetLooks(herdId);
  }

  /** What the last login came to says nothing about this one. */
  private void forgetLooks(long herdId) {
    jdbc.sql(
            "delete from monitor_look where instance_id in (select instance_id from instance where herd_id = :herd)")
        .param("herd", herdId)
        .update();
  }

  private Sealed sealed(long herdId, @Nullable MonitorDraft stored, MonitorDraft draft) {
    Secret given = draft.password();
    if (given != null) {
      try {
        return seals.seal(given, TABLE, herdId, COLUMN);
      } catch (SealBroken e) {
        throw new Conflict("The monitor login was not saved. " + e.getMessage());
      }
    }
    if (stored == null || !draft.mayKeepPasswordOf(stored)) {
      throw new InvalidField(
          "monitorPassword",
          stored == null
              ? "is missing"
              : "must be given again with another login or root certificate");
    }
    return find(herdId).orElseThrow().password();
  }

  /** The same draft, without its password if that is the one that is stored. */
  @Nullable MonitorDraft unlessStored(long herdId, @Nullable MonitorDraft draft) {
    if (draft == null || draft.password() == null) {
      return draft;
    }
    Optional<MonitorLogin> there = find(herdId);
    try {
      return there.isPresent() && password(there.get()).equals(draft.password())
          ? draft.withStoredPassword()
          : draft;
    } catch (SealBroken e) {
      return draft;
    }
  }

  private static MonitorLogin login(ResultSet row, int n) throws SQLException {
    return new MonitorLogin(
        row.getLong("herd_id"),
        row.getString("login"),
        row.getString("database"),
        row.getString("root_certificate"),
        new Sealed(row.getString("sealed_password")));
  }

  private static MonitorLook look(ResultSet row, int n) throws SQLException {
    return new MonitorLook(
        row.getLong("instance_id"),
        row.getString("name"),
        Rows.intOf(row, "port"),
        row.getTimestamp("looked_at").toInstant(),
        row.getString("rights"),
        row.getString("trouble"));
  }
}
