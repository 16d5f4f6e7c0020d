package io.matriarch.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people write of a server. No environment means unassigned; without a pinned host key it is
 * never connected to; without a profile the one that fits its init system is used.
 */
public record ServerDraft(
    String name,
    Server.Kind kind,
    @Nullable Long environmentId,
    @Nullable String site,
    String address,
    int sshPort,
    String sshUser,
    List<String> hostKeys,
    List<String> become,
    @Nullable Long profileId,
    String notes) {

  public ServerDraft {
    Fields.name("name", name, 253);
    Fields.optionalName("site", site, 63);
    Fields.address("address", address);
    Fields.port("sshPort", sshPort);
    Fields.user("sshUser", sshUser);
    Fields.arguments("hostKeys", hostKeys);
    hostKeys = HostKeyLine.normalised("hostKeys", hostKeys);
    Fields.arguments("become", become);
    become = List.copyOf(become);
    Fields.text("notes", notes, 2000);
  }

  /** A new one that is reached as {@code postgres} on port 22 and has no key pinned yet. */
  public static ServerDraft at(String name, String address) {
    return new ServerDraft(
        name, Server.Kind.SSH, null, null, address, 22, "postgres", List.of(), List.of(), null, "");
  }

  public ServerDraft inEnvironment(@Nullable Long id) {
    return new ServerDraft(
        name, kind, id, site, address, sshPort, sshUser, hostKeys, become, profileId, notes);
  }

  public ServerDraft withHostKeys(List<String> keys) {
    return new ServerDraft(
        name, kind, environmentId, site, address, sshPort, sshUser, keys, become, profileId, notes);
  }

  /** Whether a check of the connection to one says anything about the other. */
  boolean connectsLike(ServerDraft other) {
    return address.equals(other.address)
        && sshPort == other.sshPort
        && sshUser.equals(other.sshUser)
        && hostKeys.equals(other.hostKeys)
        && become.equals(other.become);
  }
}
