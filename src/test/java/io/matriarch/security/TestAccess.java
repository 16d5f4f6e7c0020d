package io.matriarch.security;

import io.matriarch.audit.Audit;
import io.matriarch.audit.TestAudit;
import io.matriarch.testing.TestDatabase;
import java.time.Clock;

/** Opens access and tokens on a test's database for tests of other packages. */
public final class TestAccess {

  private TestAccess() {}

  public static Access over(TestDatabase database) {
    return new Access(TestAudit.over(database));
  }

  public static Tokens tokens(TestDatabase database) {
    Audit audit = TestAudit.over(database);
    return new Tokens(
        database.jdbc(), new Access(audit), audit, database.transactions(), Clock.systemUTC());
  }
}
