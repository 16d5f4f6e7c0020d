package io.matriarch.job;

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

  /** System identifier of the database that keeps them. */
  String ownIdentifier();
}
