package io.matriarch.ui;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import io.matriarch.security.Role;
import io.matriarch.testing.TestAuthority;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A directory over TLS with one person for each role, named like the role. */
final class ScreenPeople {

  static final String PASSWORD = "a password for tests";
  private static final String BASE = "dc=example,dc=org";
  private static final String CONSOLE = "cn=console," + BASE;

  private final InMemoryDirectoryServer server;
  private final Path authority;

  private ScreenPeople(InMemoryDirectoryServer server, Path authority) {
    this.server = server;
    this.authority = authority;
  }

  static ScreenPeople start(Path directory) throws Exception {
    TestAuthority authority = new TestAuthority();
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
    config.addAdditionalBindCredentials(CONSOLE, PASSWORD);
    config.setListenerConfigs(
        InMemoryListenerConfig.createLDAPSConfig(
            "ldaps",
            InetAddress.getByName("127.0.0.1"),
            0,
            authority.issue("localhost").context().getServerSocketFactory(),
            null));
    InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
    fill(server);
    server.startListening();
    return new ScreenPeople(server, authority.file(directory));
  }

  private static void fill(InMemoryDirectoryServer server) throws Exception {
    server.add("dn: " + BASE, "objectClass: domain", "dc: example");
    for (String unit : List.of("people", "groups")) {
      server.add("dn: ou=" + unit + "," + BASE, "objectClass: organizationalUnit", "ou: " + unit);
    }
    for (Role role : Role.values()) {
      String dn = "uid=" + role.stored() + ",ou=people," + BASE;
      server.add(
          "dn: " + dn,
          "objectClass: inetOrgPerson",
          "uid: " + role.stored(),
          "cn: " + role.stored(),
          "sn: " + role.stored(),
          "userPassword: " + PASSWORD);
      server.add(
          "dn: cn=" + role.stored() + "s,ou=groups," + BASE,
          "objectClass: groupOfNames",
          "cn: " + role.stored() + "s",
          "member: " + dn);
    }
  }

  List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--matriarch.ldap.url=ldaps://localhost:" + server.getListenPort("ldaps"),
                "--matriarch.ldap.base=" + BASE,
                "--matriarch.ldap.user-base=ou=people",
                "--matriarch.ldap.group-base=ou=groups",
                "--matriarch.ldap.bind-dn=" + CONSOLE,
                "--matriarch.ldap.bind-password=" + PASSWORD,
                "--matriarch.ldap.ca-file=" + authority));
    for (Role role : Role.values()) {
      arguments.add("--matriarch.ldap.roles." + role.stored() + "=" + role.stored() + "s");
    }
    return arguments;
  }

  /** At the same address as before. */
  void answer() throws LDAPException {
    server.startListening();
  }

  void stop() {
    server.shutDown(true);
  }
}
