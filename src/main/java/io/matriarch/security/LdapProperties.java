package io.matriarch.security;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The directory people sign in with. {@code roles} maps a role to its groups, each a name ({@code
 * dbas}) or a distinguished name, several of them separated by semicolons.
 */
@ConfigurationProperties("matriarch.ldap")
record LdapProperties(
    @DefaultValue("") String url,
    @DefaultValue("") String base,
    @DefaultValue("") String userBase,
    @DefaultValue("(uid={0})") String userSearch,
    @DefaultValue("") String groupBase,
    @DefaultValue("(|(member={0})(uniqueMember={0}))") String groupSearch,
    @Nullable String bindDn,
    @Nullable String bindPassword,
    @Nullable Path caFile,
    boolean startTls,
    @DefaultValue Map<Role, String> roles) {

  boolean configured() {
    return !url.isBlank();
  }

  /** One or several, separated by spaces, asked in that order. */
  List<String> urls() {
    return Arrays.asList(url.strip().split("[\\s,]+"));
  }

  @Override
  public String toString() {
    return "LdapProperties[url=%s, base=%s, bindDn=%s, bindPassword=***]"
        .formatted(url, base, bindDn);
  }
}
