package io.matriarch.alarm;

import io.matriarch.security.Sealed;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that is ours to send now.
 *
 * @param token of the claim on its receiver
 * @param name of the receiver
 * @param secret of a webhook
 * @param problem as it was then, JSON; null for a test
 */
record Claim(
    long delivery,
    long receiver,
    UUID token,
    String name,
    ReceiverKind kind,
    String address,
    @Nullable Sealed secret,
    String event,
    @Nullable String problem) {

  boolean isTest() {
    return problem == null;
  }
}
