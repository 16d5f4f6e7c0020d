package io.matriarch.api;

import io.matriarch.security.Access;
import io.matriarch.security.AccessRefused;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Sees to it that whoever may not edit hears just that, and is in the trail, also when the request
 * is wrong in other ways. The services ask again, with the environments in question.
 */
@Component
class Guard {

  private final Access access;

  Guard(Access access) {
    this.access = access;
  }

  /** What is read from the request; a failure is shown only to those who have the role. */
  <T> T read(Role role, String action, String target, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (AccessRefused e) {
      throw e;
    } catch (RuntimeException e) {
      access.require(role, Scope.everywhere(), action, target);
      throw e;
    }
  }
}
