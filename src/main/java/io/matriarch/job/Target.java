package io.matriarch.job;

/** One instance, herd or server that an action is asked of. */
public record Target(TargetKind kind, long id) {

  public static Target instance(long id) {
    return new Target(TargetKind.INSTANCE, id);
  }

  public static Target herd(long id) {
    return new Target(TargetKind.HERD, id);
  }

  public static Target server(long id) {
    return new Target(TargetKind.SERVER, id);
  }
}
