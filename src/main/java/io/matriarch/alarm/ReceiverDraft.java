package io.matriarch.alarm;

import io.matriarch.inventory.Fields;
import io.matriarch.inventory.InvalidField;
import io.matriarch.security.Secret;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people write of a receiver of alarms.
 *
 * @param kind webhook or e-mail
 * @param address an http or https URL, or one e-mail address
 * @param secret that webhooks are signed with; null: one is made for a new one, and the stored one
 *     is kept; never read back
 * @param environmentId only problems of it; null: all
 * @param leastSeverity warning or critical
 * @param problemKinds only problems of these kinds; null: all
 */
public record ReceiverDraft(
    String name,
    String kind,
    String address,
    @Nullable Secret secret,
    @Nullable Long environmentId,
    String leastSeverity,
    @Nullable List<String> problemKinds,
    boolean enabled) {

  public static final List<String> SEVERITIES = List.of("warning", "critical");
  static final int SHORTEST_SECRET = 32;
  private static final int LONGEST_SECRET = 200;
  private static final int LONGEST_URL = 2000;
  private static final Pattern MAIL =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}");
  private static final Pattern VISIBLE = Pattern.compile("[!-~]+");

  public ReceiverDraft {
    Fields.name("name", name, 100);
    address = address.strip();
    problemKinds = problemKinds == null ? null : problemKinds.stream().distinct().sorted().toList();
    switch (kind(kind)) {
      case WEBHOOK -> url(address);
      case E_MAIL -> mail(address, secret);
    }
    if (secret != null) {
      secret(secret.reveal());
    }
    if (!SEVERITIES.contains(leastSeverity)) {
      throw new InvalidField(
          "leastSeverity",
          "is %s; it must be warning or critical".formatted(Fields.shown(leastSeverity)));
    }
    if (problemKinds != null) {
      kinds(problemKinds);
    }
  }

  ReceiverKind told() {
    return kind(kind);
  }

  private static ReceiverKind kind(String word) {
    return ReceiverKind.find(word)
        .orElseThrow(
            () ->
                new InvalidField(
                    "kind", "is %s; it must be webhook or e-mail".formatted(Fields.shown(word))));
  }

  private static void url(String address) {
    if (address.length() > LONGEST_URL || !VISIBLE.matcher(address).matches()) {
      throw notUrl(address);
    }
    URI uri;
    try {
      uri = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw notUrl(address);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!List.of("http", "https").contains(scheme)
        || uri.getHost() == null
        || uri.getPort() == 0
        || uri.getPort() > 65535) {
      throw notUrl(address);
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new InvalidField(
          "address", "must hold neither user nor password nor a part behind #; they are not sent");
    }
  }

  private static InvalidField notUrl(String address) {
    return new InvalidField(
        "address",
        "is %s; it must be a URL such as https://alerts.example.com/matriarch"
            .formatted(Fields.shown(address)));
  }

  private static void mail(String address, @Nullable Secret secret) {
    if (!MAIL.matcher(address).matches()) {
      throw new InvalidField(
          "address",
          "is %s; it must be one e-mail address, such as dba@example.com"
              .formatted(Fields.shown(address)));
    }
    if (secret != null) {
      throw new InvalidField("secret", "is for webhooks only; e-mail is not signed");
    }
  }

  /** The message never tells the value. */
  private static void secret(String value) {
    if (value.length() < SHORTEST_SECRET
        || value.length() > LONGEST_SECRET
        || !VISIBLE.matcher(value).matches()) {
      throw new InvalidField(
          "secret", "must have 32 to 200 characters of ASCII, without spaces; or leave it out");
    }
  }

  private static void kinds(List<String> kinds) {
    if (kinds.isEmpty()) {
      throw new InvalidField("problemKinds", "must not be empty; null stands for all");
    }
    for (String kind : kinds) {
      if (!ProblemKinds.ALL.contains(kind)) {
        throw new InvalidField(
            "problemKinds",
            "has %s; there are %s"
                .formatted(Fields.shown(kind), String.join(", ", ProblemKinds.ALL)));
      }
    }
  }

  /** The same with the secret that is stored. */
  ReceiverDraft withStoredSecret() {
    return new ReceiverDraft(
        name, kind, address, null, environmentId, leastSeverity, problemKinds, enabled);
  }

  /** The same at another address. */
  ReceiverDraft at(String other) {
    return new ReceiverDraft(
        name, kind, other, secret, environmentId, leastSeverity, problemKinds, enabled);
  }

  /** The address as far as everybody may read it: what follows the host may be a secret. */
  String place() {
    URI uri = URI.create(told() == ReceiverKind.WEBHOOK ? address : "mailto:" + address);
    return told() == ReceiverKind.WEBHOOK ? uri.getScheme() + "://" + uri.getAuthority() : address;
  }

  /** Everything but address and secret, which logs need not have. */
  @Override
  public String toString() {
    return "receiver " + name;
  }
}
