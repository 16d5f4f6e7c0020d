package io.matriarch.security;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes JNDI's LDAPS sockets with the trust of the connection being opened, and has the host name
 * checked. JNDI takes the name of a class only, which is why the trust comes by a scoped value.
 */
public final class LdapTlsSockets extends SocketFactory {

  private static final ScopedValue<SSLSocketFactory> TRUST = ScopedValue.newInstance();

  private final SSLSocketFactory tls;

  private LdapTlsSockets(SSLSocketFactory tls) {
    this.tls = tls;
  }

  static DirContext with(
      SSLSocketFactory tls, ScopedValue.CallableOp<DirContext, NamingException> open)
      throws NamingException {
    return ScopedValue.where(TRUST, tls).call(open);
  }

  /** Called by JNDI, by reflection. */
  public static SocketFactory getDefault() {
    return new LdapTlsSockets(TRUST.get());
  }

  private static Socket checkingHostName(Socket socket) {
    if (socket instanceof SSLSocket secure) {
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("LDAPS");
      secure.setSSLParameters(parameters);
    }
    return socket;
  }

  @Override
  public Socket createSocket() throws IOException {
    return checkingHostName(tls.createSocket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return checkingHostName(tls.createSocket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return checkingHostName(tls.createSocket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return checkingHostName(tls.createSocket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return checkingHostName(tls.createSocket(address, port, localAddress, localPort));
  }
}
