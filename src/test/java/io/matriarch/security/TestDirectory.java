package io.matriarch.security;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.OperationType;
import com.unboundid.ldap.sdk.RDN;
import io.matriarch.testing.TestAuthority;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An LDAP server with people of every role, one of none, and names that try to be filters. */
final class TestDirectory implements AutoCloseable {

  static final String BASE = "dc=example,dc=org";
  static final String SERVICE = "cn=console,dc=example,dc=org";

  private final InMemoryDirectoryServer server;

  TestDirectory(TestAuthority.Issued certificate) throws LDAPException, UnknownHostException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
    config.addAdditionalBindCredentials(SERVICE, "service password");
    // Searching needs the service's login: an anonymous search must not be what makes a test pass.
    config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH, OperationType.COMPARE);
    config.setListenerConfigs(
        InMemoryListenerConfig.createLDAPSConfig(
            "ldaps", loopback, 0, certificate.context().getServerSocketFactory(), null),
        InMemoryListenerConfig.createLDAPConfig(
            "starttls", loopback, 0, certificate.context().getSocketFactory()));
    server = new InMemoryDirectoryServer(config);
    fill();
    server.startListening();
  }

  private void fill() throws LDAPException {
    server.add(
        new Entry(BASE, new Attribute("objectClass", "domain"), new Attribute("dc", "example")));
    unit("people");
    unit("groups");
    List.of("vera", "otto", "dora", "anna", "nobody", "(uid=*)", "o'hara, pat")
        .forEach(this::person);
    group("viewers", "vera", "dora");
    group("operators", "otto");
    group("dbas", "dora", "(uid=*)");
    group("admins", "anna", "o'hara, pat");
  }

  private void unit(String name) throws LDAPException {
    server.add(
        new Entry(
            "ou=" + name + "," + BASE,
            new Attribute("objectClass", "organizationalUnit"),
            new Attribute("ou", name)));
  }

  private void person(String name) {
    try {
      server.add(
          new Entry(
              dn(name),
              new Attribute("objectClass", "inetOrgPerson"),
              new Attribute("cn", name),
              new Attribute("sn", name),
              new Attribute("uid", name),
              new Attribute("userPassword", "password of " + name)));
    } catch (LDAPException e) {
      throw new IllegalStateException(e);
    }
  }

  private void group(String name, String... members) throws LDAPException {
    server.add(
        new Entry(
            "cn=" + name + ",ou=groups," + BASE,
            new Attribute("objectClass", "groupOfNames"),
            new Attribute("cn", name),
            new Attribute("member", List.of(members).stream().map(TestDirectory::dn).toList())));
  }

  private static String dn(String name) {
    return new RDN("uid", name) + ",ou=people," + BASE;
  }

  LdapProperties ldaps(@Nullable Path caFile) {
    return properties("ldaps://localhost:" + server.getListenPort("ldaps"), caFile, false);
  }

  LdapProperties startTls(@Nullable Path caFile) {
    return properties("ldap://localhost:" + server.getListenPort("starttls"), caFile, true);
  }

  LdapProperties plain() {
    return properties("ldap://localhost:" + server.getListenPort("starttls"), null, false);
  }

  static LdapProperties properties(String url, @Nullable Path caFile, boolean startTls) {
    return new LdapProperties(
        url,
        BASE,
        "ou=people",
        "(uid={0})",
        "ou=groups",
        "(member={0})",
        SERVICE,
        "service password",
        caFile,
        startTls,
        Map.of(
            Role.VIEWER, "viewers",
            Role.OPERATOR, "operators; night-shift",
            Role.DBA, "cn=dbas, ou=groups, dc=example, dc=org",
            Role.ADMIN, "Admins"));
  }

  void stop() {
    server.shutDown(true);
  }

  @Override
  public void close() {
    stop();
  }
}
