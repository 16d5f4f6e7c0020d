package io.matriarch.store;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import io.matriarch.store.StoreFailed.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A key of etcd 3. Its revisions count all changes of the store, so that a key that was removed and
 * written again is never taken for what it was.
 */
final class EtcdStore implements Store {

  private final StoreKey key;
  private final Duration limit;
  private final Client client;

  private EtcdStore(StoreKey key, Duration limit, Client client) {
    this.key = key;
    this.limit = limit;
    this.client = client;
  }

  static EtcdStore open(StoreKey key, Duration limit) throws StoreFailed {
    boolean secure = key.authority() != null;
    List<URI> servers =
        key.servers().stream()
            .map(server -> URI.create((secure ? "https://" : "http://") + server))
            .toList();
    ClientBuilder builder =
        Client.builder()
            .endpoints(servers)
            .connectTimeout(limit)
            .retryMaxDuration(limit)
            .retryMaxAttempts(1)
            .waitForReady(false);
    if (key.login() != null) {
      builder.user(bytes(key.login().user())).password(bytes(key.login().password()));
    }
    trust(builder, key, key.authority());
    return new EtcdStore(key, limit, builder.build());
  }

  private static void trust(ClientBuilder builder, StoreKey key, @Nullable Path authority)
      throws StoreFailed {
    if (authority == null) {
      return;
    }
    try {
      builder.sslContext(ssl -> ssl.trustManager(authority.toFile()));
    } catch (SSLException | IllegalArgumentException e) {
      throw new StoreFailed(
          Reason.UNREACHABLE,
          "Connecting to %s: the certificates in %s cannot be read (%s). Nothing was sent; see the file on the console's host."
              .formatted(key, authority, reason(e)));
    }
  }

  @Override
  public Kept get() throws StoreFailed, InterruptedException {
    try {
      GetResponse answer = await(client.getKVClient().get(bytes(key.key())));
      return answer.getKvs().stream().findFirst().map(EtcdStore::kept).orElseGet(Kept::absent);
    } catch (ExecutionException e) {
      throw new StoreFailed(
          isLogin(e) ? Reason.LOGIN : Reason.UNREACHABLE,
          "Reading %s: %s. Nothing was changed; %s."
              .formatted(
                  key,
                  reason(e),
                  isLogin(e)
                      ? "compare the user, the password and the user's roles with the store's"
                      : "see that a majority of its servers runs and can be reached from the console"));
    } catch (TimeoutException e) {
      throw new StoreFailed(
          Reason.UNREACHABLE,
          "Reading %s: no answer within %d s. Nothing was changed; see that a majority of its servers runs and can be reached from the console."
              .formatted(key, limit.toSeconds()));
    }
  }

  private static Kept kept(KeyValue found) {
    return new Kept(found.getModRevision(), found.getValue().getBytes());
  }

  @Override
  public boolean swap(Kept seen, byte[] value) throws StoreFailed, InterruptedException {
    ByteSequence name = bytes(key.key());
    CmpTarget<?> state =
        seen.isAbsent() ? CmpTarget.version(0) : CmpTarget.modRevision(seen.revision());
    try {
      return await(
              client
                  .getKVClient()
                  .txn()
                  .If(new Cmp(name, Cmp.Op.EQUAL, state))
                  .Then(Op.put(name, ByteSequence.from(value), PutOption.DEFAULT))
                  .commit())
          .isSucceeded();
    } catch (ExecutionException e) {
      if (isLogin(e)) {
        throw new StoreFailed(
            Reason.LOGIN,
            "Writing %s: %s. Nothing was changed; give the user the right to write this key."
                .formatted(key, reason(e)));
      }
      throw unknown(reason(e));
    } catch (TimeoutException e) {
      throw unknown("no answer within %d s".formatted(limit.toSeconds()));
    }
  }

  private StoreFailed unknown(String cameBack) {
    return new StoreFailed(
        Reason.NO_ANSWER,
        "Writing %s: %s. It may have taken effect; look at the key, and repeat: that is safe."
            .formatted(key, cameBack));
  }

  private <T> T await(CompletableFuture<T> answer)
      throws ExecutionException, TimeoutException, InterruptedException {
    return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** etcd says so by several codes, of which one means any bad request. */
  private static boolean isLogin(Throwable e) {
    String text = reason(e).toLowerCase(Locale.ROOT);
    return Stream.of("permission denied", "authentication", "user name", "auth token")
        .anyMatch(text::contains);
  }

  /** The innermost cause names what happened; the outer ones that something did. */
  private static String reason(Throwable e) {
    return Stream.iterate(e, t -> t != null, Throwable::getCause)
        .filter(t -> t.getMessage() != null && !t.getMessage().isBlank())
        .reduce((outer, inner) -> inner)
        .map(t -> String.valueOf(t.getMessage()))
        .orElse(e.getClass().getSimpleName());
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    client.close();
  }
}
