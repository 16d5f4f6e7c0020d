package io.matriarch.job;

import io.matriarch.inventory.Commits;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The numbered reigns of a herd's primaries. A run reserves the next term before it changes
 * anything, and publishes under it once the new primary has taken a write; a published term never
 * decreases.
 */
public interface Terms {

  /**
   * The term this run holds, reserved now if it had none.
   *
   * @throws StepFailed if another run reserved at the same moment; nothing was changed
   */
  long reserve() throws StepFailed;

  /**
   * Says who is primary. Saying it again changes nothing.
   *
   * @throws StepFailed if a higher term of another run is published or reserved
   */
  void publish(InstanceRef primary, String address, int timeline) throws StepFailed;

  /**
   * Looks in our own database that this attempt still owns its run and that no other run reserved a
   * later term meanwhile; for what no host guards.
   *
   * @return the term this run holds, if it holds one
   * @throws StepFailed if a later term exists; nothing may be published under this one then
   */
  OptionalLong requireOwn() throws StepFailed;

  /**
   * What is known of a primary that may be lost.
   *
   * @param timeline that it wrote: the published one, or the one last seen if that is later
   * @param lsn up to where it was seen to have written; null if it never told
   * @param observedAt when that was
   */
  record Known(int timeline, @Nullable String lsn, @Nullable Instant observedAt) {}

  /**
   * What our own database knows of a primary.
   *
   * @throws StepFailed if not even its timeline is known
   */
  Known known(InstanceRef primary) throws StepFailed;

  /** What commits on a primary wait for, as far as our own database knows. */
  Commits commits(InstanceRef primary);

  /** System identifier of the database that keeps them. */
  String ownIdentifier();
}
