package io.matriarch.job;

import java.util.OptionalLong;

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

  /** System identifier of the database that keeps them. */
  String ownIdentifier();
}
