package io.matriarch.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people write of a herd. {@code port} and {@code dataDirectory} are defaults for new members.
 * The system identifier can be given before the first report; it never changes afterwards.
 *
 * @param priority in which order herds are moved when many are: lower first
 * @param monitor the login with which it is read by SQL; null: through SSH
 */
public record HerdDraft(
    String name,
    @Nullable Long environmentId,
    String description,
    String owner,
    List<String> tags,
    @Nullable Integer port,
    @Nullable String virtualHost,
    @Nullable String dataDirectory,
    @Nullable String systemIdentifier,
    @Nullable Long profileId,
    @Nullable MonitorDraft monitor,
    int priority) {

  private static final int LAST = 1000;

  public HerdDraft {
    Fields.name("name", name, 63);
    Fields.text("description", description, 2000);
    Fields.text("owner", owner, 200);
    Fields.names("tags", tags, 63);
    tags = List.copyOf(tags);
    Fields.port("port", port);
    Fields.optionalHost("virtualHost", virtualHost);
    Fields.optionalPath("dataDirectory", dataDirectory);
    Fields.optionalSystemIdentifier("systemIdentifier", systemIdentifier);
    Fields.between("priority", priority, 1, LAST);
  }

  /** A new one with nothing but its name and environment. */
  public static HerdDraft named(String name, @Nullable Long environmentId) {
    return new HerdDraft(
        name,
        environmentId,
        "",
        "",
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        Herd.USUAL_PRIORITY);
  }

  public HerdDraft inEnvironment(@Nullable Long id) {
    return new HerdDraft(
        name,
        id,
        description,
        owner,
        tags,
        port,
        virtualHost,
        dataDirectory,
        systemIdentifier,
        profileId,
        monitor,
        priority);
  }

  /** The same, read by SQL with this login, or through SSH. */
  public HerdDraft readWith(@Nullable MonitorDraft login) {
    return new HerdDraft(
        name,
        environmentId,
        description,
        owner,
        tags,
        port,
        virtualHost,
        dataDirectory,
        systemIdentifier,
        profileId,
        login,
        priority);
  }
}
