package io.matriarch.job;

import java.lang.reflect.Proxy;

/** A port that the step under test must not touch. */
public final class Untouched {

  private Untouched() {}

  public static <T> T of(Class<T> port) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              throw new AssertionError(port.getSimpleName() + "." + method.getName() + " was used");
            }));
  }
}
