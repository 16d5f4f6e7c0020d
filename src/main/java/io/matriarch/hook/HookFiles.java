package io.matriarch.hook;

import java.util.List;

/**
 * The scripts that there are, by name and in the order in which they run.
 *
 * @param faults why some of what lies there must not be run, in sentences
 */
public record HookFiles(List<String> pre, List<String> post, List<String> faults) {

  public static final HookFiles NONE = new HookFiles(List.of(), List.of(), List.of());

  public HookFiles {
    pre = List.copyOf(pre);
    post = List.copyOf(post);
    faults = List.copyOf(faults);
  }
}
