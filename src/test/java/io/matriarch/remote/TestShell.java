package io.matriarch.remote;

import java.io.IOException;

/** A real shell and a real sshd that lets it in, for tests of other packages. */
public final class TestShell implements AutoCloseable {

  private final TestSshd sshd;
  private final SshShell shell;

  private TestShell(TestSshd sshd, SshShell shell) {
    this.sshd = sshd;
    this.shell = shell;
  }

  public static TestShell on(String address, SshIdentity identity)
      throws IOException, InterruptedException {
    return new TestShell(
        TestSshd.start(address, identity), new SshShell(identity, SshLimits.DEFAULT));
  }

  public Shell shell() {
    return shell;
  }

  public Host host() {
    return sshd.host();
  }

  public HostKey hostKey() {
    return sshd.hostKey();
  }

  @Override
  public void close() throws Exception {
    shell.close();
    sshd.close();
  }
}
