package io.matriarch.hook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Whether only root, or the console's own user, can have written a file. */
final class SafePath {

  private static final int OTHERS_MAY_WRITE = 022;
  private static final int STICKY = 01000;

  private SafePath() {}

  /** Why a script must not be run; empty if it may. */
  static Optional<String> fault(Path script) {
    try {
      return nodeFault(script, Files.isRegularFile(script, LinkOption.NOFOLLOW_LINKS), "a file")
          .or(
              () ->
                  Files.isExecutable(script)
                      ? Optional.empty()
                      : Optional.of(script + " is not executable; chmod 755 it, or take it away"))
          .or(() -> directoryFault(java.util.Objects.requireNonNull(script.getParent())));
    } catch (IOException e) {
      return Optional.of("%s cannot be looked at: %s".formatted(script, e.getMessage()));
    }
  }

  /** Why nothing below a directory can be trusted; each above it counts too. */
  static Optional<String> directoryFault(Path directory) {
    for (Path at = directory; at != null; at = at.getParent()) {
      try {
        boolean isDirectory = Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS);
        Optional<String> fault = nodeFault(at, isDirectory, "a directory");
        if (fault.isPresent()) {
          return fault;
        }
      } catch (IOException e) {
        return Optional.of("%s cannot be looked at: %s".formatted(at, e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> nodeFault(Path path, boolean rightKind, String kind)
      throws IOException {
    if (!rightKind) {
      return Optional.of("%s is not %s; links are not followed".formatted(path, kind));
    }
    int mode = number(path, "unix:mode");
    int owner = number(path, "unix:uid");
    if (owner != 0 && owner != ownUser()) {
      return Optional.of("%s belongs to user id %d; it must belong to root".formatted(path, owner));
    }
    boolean sticky = Files.isDirectory(path) && (mode & STICKY) != 0;
    return (mode & OTHERS_MAY_WRITE) == 0 || sticky
        ? Optional.empty()
        : Optional.of("%s can be written by others; chmod go-w it".formatted(path));
  }

  private static int number(Path path, String attribute) throws IOException {
    return (Integer) Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS);
  }

  private static int ownUser() throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
