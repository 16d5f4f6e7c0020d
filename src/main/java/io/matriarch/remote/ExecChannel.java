package io.matriarch.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.Connection;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.direct.SessionChannel;
import net.schmizz.sshj.connection.channel.direct.Signal;
import net.schmizz.sshj.transport.TransportException;
import org.jspecify.annotations.Nullable;

/** A session that tells when its command exited and when it was closed, instead of being asked. */
final class ExecChannel extends SessionChannel {

  /** Less than a packet that any host takes. */
  private static final int CHUNK = 16 * 1024;

  private final CompletableFuture<Boolean> exited = new CompletableFuture<>();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
  private volatile boolean refused;
  private volatile @Nullable SSHException lost;

  ExecChannel(Connection connection) {
    super(connection, StandardCharsets.UTF_8);
  }

  /** Sends the command without waiting for the answer, which saves a round trip. */
  void send(String command) throws TransportException {
    sendChannelRequest(
        "exec", true, new Buffer.PlainBuffer().putString(command, StandardCharsets.UTF_8));
  }

  /** Sends input; takes as long as the command, or the host, takes to read it. */
  void feed(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    OutputStream stdin = getOutputStream();
    for (int from = 0; from < bytes.length; from += CHUNK) {
      stdin.write(bytes, from, Math.min(CHUNK, bytes.length - from));
      flush(stdin);
    }
  }

  /** The library gives up after a while; the command may still be busy with what it has. */
  private void flush(OutputStream stdin) throws IOException {
    while (true) {
      try {
        stdin.flush();
        return;
      } catch (ConnectionException e) {
        if (Thread.currentThread().isInterrupted() || !isOpen()) {
          throw e;
        }
      }
    }
  }

  /** Completes once the exit is known, though its output may still be on the way. */
  CompletableFuture<Boolean> exited() {
    return exited;
  }

  /** Completes once nothing more can come, whatever the reason. */
  CompletableFuture<Boolean> closed() {
    return closed;
  }

  /** Whether the host said that it will not run the command. */
  boolean refused() {
    return refused;
  }

  @Nullable SSHException lost() {
    return lost;
  }

  /** The exit as a shell would give it, or null if the host never told. */
  @Nullable Integer exit() {
    Signal signal = getExitSignal();
    return signal == null ? getExitStatus() : Integer.valueOf(128 + number(signal));
  }

  @Override
  public void handle(Message message, SSHPacket packet) throws SSHException {
    if (message == Message.CHANNEL_FAILURE) {
      refused = true;
      closed.complete(true);
    }
    super.handle(message, packet);
  }

  @Override
  public void handleRequest(String request, SSHPacket packet)
      throws ConnectionException, TransportException {
    super.handleRequest(request, packet);
    if (request.startsWith("exit-")) {
      exited.complete(true);
    }
  }

  @Override
  public void notifyError(SSHException error) {
    lost = error;
    super.notifyError(error);
  }

  @Override
  protected void finishOff() {
    super.finishOff();
    // The constructor above ours registers this channel, so a lost connection can come before ours.
    if (closed != null) {
      closed.complete(true);
    }
  }

  private static int number(Signal signal) {
    return switch (signal) {
      case HUP -> 1;
      case INT -> 2;
      case QUIT -> 3;
      case ILL -> 4;
      case ABRT -> 6;
      case FPE -> 8;
      case KILL -> 9;
      case USR1 -> 10;
      case SEGV -> 11;
      case USR2 -> 12;
      case PIPE -> 13;
      case ALRM -> 14;
      case TERM -> 15;
      case UNKNOWN -> 127;
    };
  }
}
