package io.matriarch.action.step;

import io.matriarch.job.InstanceRef;

/**
 * A standby that is left when its primary is lost.
 *
 * @param address where others of the herd reach it
 */
public record Survivor(InstanceRef instance, String address) {

  long id() {
    return instance.id();
  }

  @Override
  public String toString() {
    return instance.toString();
  }
}
