package io.matriarch.demo;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.OperationType;
import com.unboundid.ldif.LDIFException;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;

/** An LDAP directory over TLS with one person for each role; nobody reads it without signing in. */
final class DemoDirectory implements AutoCloseable {

  private static final int PORT = 1636;
  private static final String BASE = "dc=matriarch,dc=demo";
  private static final String CONSOLE = "cn=console," + BASE;

  private final InMemoryDirectoryServer server;
  private final Map<String, String> settings;

  private DemoDirectory(InMemoryDirectoryServer server, Map<String, String> settings) {
    this.server = server;
    this.settings = settings;
  }

  static DemoDirectory start(DemoPlace place, String address, DemoSecrets secrets)
      throws IOException,
          InterruptedException,
          GeneralSecurityException,
          LDAPException,
          LDIFException {
    DemoCertificate certificate =
        DemoCertificate.in(place.directory(), address, secrets.password("certificate store"));
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
    config.addAdditionalBindCredentials(CONSOLE, secrets.password("directory login"));
    config.setAuthenticationRequiredOperationTypes(
        EnumSet.complementOf(EnumSet.of(OperationType.BIND, OperationType.UNBIND)));
    config.setListenerConfigs(
        InMemoryListenerConfig.createLDAPSConfig(
            "ldaps", InetAddress.getByName(address), PORT, certificate.sockets(), null));
    InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
    fill(server, secrets);
    server.startListening();
    return new DemoDirectory(server, settings(address, certificate, secrets));
  }

  private static void fill(InMemoryDirectoryServer server, DemoSecrets secrets)
      throws LDAPException, LDIFException {
    server.add("dn: " + BASE, "objectClass: top", "objectClass: domain", "dc: matriarch");
    for (String unit : new String[] {"people", "groups"}) {
      server.add("dn: ou=" + unit + "," + BASE, "objectClass: organizationalUnit", "ou: " + unit);
    }
    for (Person person : Person.ALL) {
      String dn = "uid=" + person.name() + ",ou=people," + BASE;
      server.add(
          "dn: " + dn,
          "objectClass: inetOrgPerson",
          "uid: " + person.name(),
          "cn: " + person.fullName(),
          "sn: " + person.fullName(),
          "userPassword: " + secrets.password(person.name()));
      server.add(
          "dn: cn=" + person.group() + ",ou=groups," + BASE,
          "objectClass: groupOfNames",
          "cn: " + person.group(),
          "member: " + dn);
    }
  }

  private static Map<String, String> settings(
      String address, DemoCertificate certificate, DemoSecrets secrets) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("matriarch.ldap.url", "ldaps://" + address + ":" + PORT);
    settings.put("matriarch.ldap.base", BASE);
    settings.put("matriarch.ldap.user-base", "ou=people");
    settings.put("matriarch.ldap.group-base", "ou=groups");
    settings.put("matriarch.ldap.bind-dn", CONSOLE);
    settings.put("matriarch.ldap.bind-password", secrets.password("directory login"));
    settings.put("matriarch.ldap.ca-file", certificate.pem().toString());
    for (Person person : Person.ALL) {
      settings.put("matriarch.ldap.roles." + person.role(), person.group());
    }
    return settings;
  }

  /** What the console must be told to let these people in. */
  Map<String, String> settings() {
    return settings;
  }

  @Override
  public void close() {
    server.shutDown(true);
  }
}
