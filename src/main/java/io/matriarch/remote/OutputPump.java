package io.matriarch.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads one output of a command to its end, keeps its beginning, and hands lines to the sink. It
 * goes on reading what it drops, so that the command is never blocked by us.
 */
final class OutputPump implements Runnable {

  private final OutputSink.Stream stream;
  private final Reader in;
  private final OutputSink sink;
  private final ReentrantLock oneAtATime;
  private final SshLimits limits;

  private final StringBuffer kept = new StringBuffer();
  private final StringBuilder line = new StringBuilder();
  private boolean afterCarriageReturn;
  private boolean afterPiece;
  private volatile boolean truncated;
  private volatile boolean inSink;
  private volatile long count;
  private volatile @Nullable RuntimeException sinkFailure;

  /** The lock is shared by both pumps of a command. */
  OutputPump(
      OutputSink.Stream stream,
      InputStream in,
      OutputSink sink,
      ReentrantLock oneAtATime,
      SshLimits limits) {
    this.stream = stream;
    this.in = new InputStreamReader(in, StandardCharsets.UTF_8);
    this.sink = sink;
    this.oneAtATime = oneAtATime;
    this.limits = limits;
  }

  @Override
  public void run() {
    char[] buffer = new char[8192];
    try {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        take(buffer, length);
        count = count + length;
      }
    } catch (IOException e) {
      // The connection is lost or the wait was given up; who waits for the command knows which.
    }
    endLine(false);
  }

  String kept() {
    return kept.toString();
  }

  /** Keeps only what comes from now on. */
  void forget() {
    kept.setLength(0);
    truncated = false;
  }

  boolean truncated() {
    return truncated;
  }

  /** Grows while output comes. */
  long count() {
    return count;
  }

  boolean busy() {
    return inSink;
  }

  @Nullable RuntimeException sinkFailure() {
    return sinkFailure;
  }

  private void take(char[] buffer, int length) {
    int room = Math.min(length, limits.output() - kept.length());
    kept.append(buffer, 0, room);
    for (int i = 0; i < room; i++) {
      take(buffer[i]);
    }
    if (room < length && !truncated) {
      truncated = true;
      endLine(false);
      emit("[more than " + limits.output() + " characters: the rest is dropped]");
    }
  }

  /** A lone carriage return ends a line too: progress displays use it. */
  private void take(char c) {
    if (c == '\n' && afterCarriageReturn) {
      afterCarriageReturn = false;
      return;
    }
    afterCarriageReturn = c == '\r';
    if (c == '\n' || c == '\r') {
      endLine(!afterPiece);
      afterPiece = false;
      return;
    }
    line.append(c);
    afterPiece = line.length() >= limits.line() && !Character.isHighSurrogate(c);
    if (afterPiece) {
      endLine(true);
    }
  }

  private void endLine(boolean evenEmpty) {
    if (evenEmpty || !line.isEmpty()) {
      emit(VisibleText.of(line.toString()));
      line.setLength(0);
    }
  }

  private void emit(String text) {
    if (sinkFailure != null) {
      return;
    }
    oneAtATime.lock();
    inSink = true;
    try {
      sink.line(stream, text);
    } catch (RuntimeException e) {
      sinkFailure = e;
    } finally {
      inSink = false;
      oneAtATime.unlock();
    }
  }
}
