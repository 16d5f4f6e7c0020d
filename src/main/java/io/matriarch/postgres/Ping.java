package io.matriarch.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Asks a server at its port whether it speaks TLS (manual, section 55.2.11): the least that a
 * postmaster must fork a process for. Nobody signs in, and the server's log says nothing of it.
 */
public enum Ping {
  /** It answered as PostgreSQL does. */
  ANSWERS,
  /** Nothing listens there; the host is alive. */
  REFUSED,
  /** It took the connection and said nothing, or nonsense. */
  MUTE,
  /** The host did not answer within the time. */
  SILENT;

  private static final int SSL_REQUEST = 80_877_103;

  /** What comes of one attempt, within the limit. */
  public static Ping of(String address, int port, Duration limit) {
    int millis = Math.toIntExact(limit.toMillis());
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), millis);
      socket.setSoTimeout(millis);
      return answer(socket);
    } catch (ConnectException e) {
      return String.valueOf(e.getMessage()).contains("refused") ? REFUSED : SILENT;
    } catch (IOException e) {
      return SILENT;
    }
  }

  private static Ping answer(Socket socket) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST);
    try {
      socket.getOutputStream().write(request.array());
      InputStream in = socket.getInputStream();
      int said = in.read();
      // 'E': it cannot fork, or is very old; either way somebody is there.
      return said == 'S' || said == 'N' || said == 'E' ? ANSWERS : MUTE;
    } catch (SocketTimeoutException e) {
      return MUTE;
    }
  }
}
