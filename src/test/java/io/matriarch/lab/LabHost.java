package io.matriarch.lab;

import io.matriarch.remote.Host;
import java.util.List;

/** One host of a lab. */
public record LabHost(String name, String address, int sshPort, String hostKey) {

  /** As the console would reach it: as {@code postgres}. */
  public Host remote() {
    return remote("postgres", List.of());
  }

  /** As {@code admin}, who becomes the owner of PostgreSQL with sudo. */
  public Host remoteWithSudo() {
    return remote("admin", List.of("sudo", "-n", "-u", "postgres"));
  }

  private Host remote(String user, List<String> become) {
    return new Host(name, address, sshPort, user, List.of(hostKey), become);
  }
}
