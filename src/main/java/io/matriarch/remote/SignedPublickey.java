package io.matriarch.remote;

import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.method.KeyedAuthMethod;

/** Signs at once instead of asking first whether the key would do (RFC 4252, section 7). */
final class SignedPublickey extends KeyedAuthMethod {

  SignedPublickey(KeyProvider keys) {
    super("publickey", keys);
  }

  @Override
  protected SSHPacket buildReq() throws UserAuthException {
    return putSig(putPubKey(super.buildReq().putBoolean(true)));
  }
}
