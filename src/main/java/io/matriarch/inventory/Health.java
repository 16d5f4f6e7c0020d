package io.matriarch.inventory;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer of connections may know of an instance. Whatever is not known to be right is said
 * to be wrong.
 *
 * @param state as in the inventory: primary, standby, stopped, unreachable
 * @param age of what is known; null if it was never seen
 * @param fresh whether that is young enough to act on
 * @param lost whether looks at primaries found it dead, unreachable or hung
 * @param writers members of its herd that accept writes, copies aside
 * @param published whether it is the published primary; null if none ever was
 * @param lagBytes null if it is not known
 * @param lagTime null if it is not known
 */
public record Health(
    String state,
    @Nullable Duration age,
    boolean fresh,
    boolean copy,
    boolean fenced,
    boolean lost,
    int writers,
    @Nullable Boolean published,
    @Nullable Long lagBytes,
    @Nullable Duration lagTime) {

  /** The answer, with its reason in a few words that name no host. */
  public record Verdict(boolean up, String why) {

    static Verdict up(String why) {
      return new Verdict(true, why);
    }

    static Verdict down(String why) {
      return new Verdict(false, why);
    }
  }

  /** Whether clients that write may be led there. */
  public Verdict primary() {
    if (!fresh) {
      return Verdict.down("stale");
    }
    if (!state.equals("primary")) {
      return Verdict.down("not a primary");
    }
    if (copy) {
      return Verdict.down("a copy");
    }
    if (fenced) {
      return Verdict.down("fenced");
    }
    if (lost) {
      return Verdict.down("does not serve");
    }
    if (Boolean.FALSE.equals(published)) {
      return Verdict.down("another primary is published");
    }
    return writers > 1 ? Verdict.down("split brain") : Verdict.up("primary");
  }

  /** Whether clients that read may be led there. */
  public Verdict standby(@Nullable LagLimit limit) {
    if (!fresh) {
      return Verdict.down("stale");
    }
    if (!state.equals("standby")) {
      return Verdict.down("not a standby");
    }
    if (copy) {
      return Verdict.down("a copy");
    }
    if (fenced) {
      return Verdict.down("fenced");
    }
    if (writers > 1) {
      return Verdict.down("split brain");
    }
    return switch (limit) {
      case null -> Verdict.up("standby");
      case LagLimit.Bytes(long most) -> within(lagBytes == null ? null : lagBytes <= most);
      case LagLimit.Time(Duration most) ->
          within(lagTime == null ? null : lagTime.compareTo(most) <= 0);
    };
  }

  private static Verdict within(@Nullable Boolean limit) {
    if (limit == null) {
      return Verdict.down("lag is not known");
    }
    return limit ? Verdict.up("standby") : Verdict.down("lags");
  }
}
