package io.matriarch.security;

import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.IncorrectResultSizeDataAccessException;
import org.springframework.ldap.core.DirContextOperations;
import org.springframework.ldap.core.support.DefaultTlsDirContextAuthenticationStrategy;
import org.springframework.ldap.core.support.LdapContextSource;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.ldap.SpringSecurityLdapTemplate;
import org.springframework.security.ldap.authentication.BindAuthenticator;
import org.springframework.security.ldap.search.FilterBasedLdapUserSearch;

/** People and groups of an LDAP directory, over TLS whose certificate and host name are checked. */
final class LdapDirectory implements Directory {

  private static final Logger log = LoggerFactory.getLogger(LdapDirectory.class);

  private final BindAuthenticator people;
  private final SpringSecurityLdapTemplate groups;
  private final LdapProperties properties;
  private final GroupRoles roles;

  private LdapDirectory(LdapProperties properties, LdapContextSource source) {
    this.properties = properties;
    this.people = new BindAuthenticator(source);
    this.people.setUserSearch(
        new FilterBasedLdapUserSearch(properties.userBase(), properties.userSearch(), source));
    this.groups = new SpringSecurityLdapTemplate(source);
    this.groups.setIgnorePartialResultException(true);
    this.roles = new GroupRoles(properties.roles());
  }

  static LdapDirectory of(LdapProperties properties) {
    return new LdapDirectory(properties, source(properties));
  }

  private static LdapContextSource source(LdapProperties properties) {
    SSLSocketFactory tls = new LdapTrust(properties.caFile()).sockets();
    LdapContextSource source = new TrustingContextSource(tls);
    Map<String, Object> environment = new HashMap<>();
    environment.put("com.sun.jndi.ldap.connect.timeout", "3000");
    environment.put("com.sun.jndi.ldap.read.timeout", "5000");
    if (properties.startTls()) {
      refuseUnless("ldap://", properties, "with matriarch.ldap.start-tls=true");
      DefaultTlsDirContextAuthenticationStrategy startTls =
          new DefaultTlsDirContextAuthenticationStrategy();
      startTls.setSslSocketFactory(tls);
      startTls.setShutdownTlsGracefully(true);
      source.setAuthenticationStrategy(startTls);
    } else {
      refuseUnless("ldaps://", properties, "or set matriarch.ldap.start-tls=true");
      environment.put("java.naming.ldap.factory.socket", LdapTlsSockets.class.getName());
    }
    source.setUrls(properties.urls().toArray(String[]::new));
    source.setBase(properties.base());
    String bindDn = properties.bindDn();
    if (bindDn == null || bindDn.isBlank()) {
      source.setAnonymousReadOnly(true);
    } else {
      source.setUserDn(bindDn);
      source.setPassword(properties.bindPassword() == null ? "" : properties.bindPassword());
    }
    source.setBaseEnvironmentProperties(environment);
    source.afterPropertiesSet();
    return source;
  }

  private static void refuseUnless(String scheme, LdapProperties properties, String remedy) {
    for (String url : properties.urls()) {
      if (!url.toLowerCase(Locale.ROOT).startsWith(scheme)) {
        throw new IllegalArgumentException(
            "matriarch.ldap.url is %s; passwords never travel unencrypted, so nothing was started. Use %s..., %s."
                .formatted(url, scheme, remedy));
      }
    }
  }

  @Override
  public Role roleOf(String name, Secret password) {
    DirContextOperations person = signedIn(name, password);
    return roles
        .highest(groupsOf(person, name))
        .orElseThrow(
            () ->
                new SignInRefused(
                    SignInRefused.Reason.NO_ROLE,
                    "Name and password are right, but none of your groups has a role in Matriarch."
                        + " Ask an administrator of the directory."));
  }

  private DirContextOperations signedIn(String name, Secret password) {
    try {
      return people.authenticate(
          UsernamePasswordAuthenticationToken.unauthenticated(name, password.reveal()));
    } catch (BadCredentialsException | UsernameNotFoundException wrong) {
      throw SignInRefused.wrong();
    } catch (IncorrectResultSizeDataAccessException several) {
      log.warn(
          "The search {} finds several people for one name; nobody is let in",
          properties.userSearch());
      throw SignInRefused.wrong();
    } catch (org.springframework.ldap.NamingException e) {
      throw unreachable(e);
    }
  }

  private List<GroupRoles.Group> groupsOf(DirContextOperations person, String name) {
    try {
      return groups
          .searchForMultipleAttributeValues(
              properties.groupBase(),
              properties.groupSearch(),
              new Object[] {person.getNameInNamespace(), name},
              new String[] {"cn"})
          .stream()
          .map(
              group ->
                  new GroupRoles.Group(
                      group.getOrDefault(SpringSecurityLdapTemplate.DN_KEY, List.of()),
                      group.getOrDefault("cn", List.of())))
          .toList();
    } catch (org.springframework.ldap.NamingException e) {
      throw unreachable(e);
    }
  }

  private SignInRefused unreachable(org.springframework.ldap.NamingException e) {
    log.warn(
        "Asking the directory {}: {} ({})",
        properties.url(),
        e.getMessage(),
        NestedExceptionUtils.getMostSpecificCause(e).toString());
    return new SignInRefused(
        SignInRefused.Reason.DIRECTORY_UNREACHABLE,
        "The directory does not answer as it should, so nobody can be checked; it is not your"
            + " password. People who are signed in stay so. In an emergency sign in as "
            + BreakGlass.NAME
            + ".",
        e);
  }

  /** Hands its own trust to the sockets of its own connections. */
  private static final class TrustingContextSource extends LdapContextSource {
    private final SSLSocketFactory tls;

    TrustingContextSource(SSLSocketFactory tls) {
      this.tls = tls;
    }

    @Override
    protected DirContext getDirContextInstance(Hashtable<String, Object> environment)
        throws NamingException {
      return LdapTlsSockets.with(tls, () -> super.getDirContextInstance(environment));
    }
  }
}
