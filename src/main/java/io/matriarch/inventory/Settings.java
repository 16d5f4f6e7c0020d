package io.matriarch.inventory;

import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Console-wide settings. Every edit needs the role admin and is in the audit trail. */
@Service
public class Settings {

  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,5}");
  private static final Pattern SPAN = Pattern.compile("[1-9][0-9]{0,5} (second|minute|hour|day)s?");

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;

  Settings(JdbcClient jdbc, Access access, Edits edits) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
  }

  /** All of them by name. */
  public List<Setting> all() {
    return jdbc.sql("select name, value, description from setting order by name")
        .query(Setting.class)
        .list();
  }

  public Optional<Setting> find(String name) {
    return jdbc.sql("select name, value, description from setting where name = :name")
        .param("name", name)
        .query(Setting.class)
        .optional();
  }

  /**
   * Sets a value.
   *
   * @param read the value that the edit started from; if it is another one by now, nothing is done
   */
  public void update(String name, String read, String value) {
    Setting now = find(name).orElseThrow(() -> new NotFound("setting", name));
    Actor actor = access.require(Role.ADMIN, Scope.everywhere(), "setting.update", name);
    edits.make(
        actor
            .entry("setting.update")
            .on("setting", name, null)
            .with("value", now.value() + " -> " + value),
        () -> save(now, read, value));
  }

  private void save(Setting now, String read, String value) {
    check(now, value);
    int saved =
        jdbc.sql("update setting set value = :value where name = :name and value = :read")
            .param("value", value)
            .param("name", now.name())
            .param("read", read)
            .update();
    if (saved == 0) {
      throw new Conflict(
          "Setting %s was not saved: it is %s by now, and you started from %s. Reload and decide again."
              .formatted(now.name(), Quoted.text(now.value()), Quoted.text(read)));
    }
  }

  /** A setting keeps its form: a number stays one, a span of time too. */
  private static void check(Setting now, String value) {
    Fields.text(now.name(), value, 2000);
    if (NUMBER.matcher(now.value()).matches() && !NUMBER.matcher(value).matches()) {
      throw new InvalidField(
          now.name(),
          "is %s; it must be a whole number from 1 to 999999".formatted(Fields.shown(value)));
    }
    if (SPAN.matcher(now.value()).matches() && !SPAN.matcher(value).matches()) {
      throw new InvalidField(
          now.name(),
          "is %s; it must be a number of seconds, minutes, hours or days, such as \"90 days\""
              .formatted(Fields.shown(value)));
    }
  }
}
