package io.matriarch.audit;

import io.matriarch.testing.TestDatabase;

/** Opens the trail of a test's database for tests of other packages. */
public final class TestAudit {

  private TestAudit() {}

  public static Audit over(TestDatabase database) {
    return new Audit(database.jdbc(), database.transactions());
  }
}
