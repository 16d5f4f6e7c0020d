package io.matriarch.dns;

import io.matriarch.dns.DnsFailed.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Asks authoritative servers for records and changes them. An update names the value it replaces as
 * its precondition (RFC 2136 section 2.4.2), so that of two that race only one succeeds.
 */
public final class DnsServers {

  private final Duration limit;

  /**
   * @param limit for each exchange; a query that gets no datagram back is repeated by TCP
   */
  public DnsServers(Duration limit) {
    this.limit = limit;
  }

  /** What the server itself has; it is not asked to look elsewhere. Never throws for its faults. */
  public RecordAnswer ask(RecordName record, NameServer server) throws InterruptedException {
    try {
      Message answer = authority(record.absolute(), record.type().code(), server);
      int rcode = answer.getRcode();
      if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
        return RecordAnswer.failed(
            server, "%s asked for %s answers %s".formatted(server, record, Rcode.string(rcode)));
      }
      if (!answer.getHeader().getFlag(Flags.AA)) {
        return RecordAnswer.failed(
            server,
            "%s answers without authority for zone %s; it does not serve the zone"
                .formatted(server, record.zone()));
      }
      return answered(record, server, answer);
    } catch (IOException e) {
      return RecordAnswer.failed(
          server,
          "%s asked for %s gives no answer within %d s by UDP and TCP: %s"
              .formatted(server, record, limit.toSeconds(), reason(e)));
    }
  }

  private RecordAnswer answered(RecordName record, NameServer server, Message answer)
      throws IOException, InterruptedException {
    List<Record> found =
        answer.getSection(Section.ANSWER).stream()
            .filter(r -> r.getType() == record.type().code())
            .filter(r -> r.getName().equals(record.absolute()))
            .toList();
    List<String> values =
        found.stream()
            .map(Record::rdataToString)
            .map(v -> record.type().canonical(v).orElse(v))
            .sorted()
            .toList();
    Duration ttl =
        found.stream().map(Record::getTTL).max(Long::compare).map(Duration::ofSeconds).orElse(null);
    return new RecordAnswer(server, values, ttl, serial(record, server), null);
  }

  private @Nullable Long serial(RecordName record, NameServer server)
      throws IOException, InterruptedException {
    return authority(record.absoluteZone(), Type.SOA, server).getSection(Section.ANSWER).stream()
        .filter(SOARecord.class::isInstance)
        .map(r -> ((SOARecord) r).getSerial())
        .findFirst()
        .orElse(null);
  }

  private Message authority(Name name, int type, NameServer server)
      throws IOException, InterruptedException {
    Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    query.getHeader().unsetFlag(Flags.RD);
    return Exchange.query(server, query, limit);
  }

  /**
   * The servers that the zone itself names, asked of one of them; by address where it knows it,
   * else by name.
   *
   * @throws DnsFailed if it does not tell
   */
  public List<NameServer> authoritative(RecordName record, NameServer server)
      throws DnsFailed, InterruptedException {
    try {
      List<NameServer> found = new ArrayList<>();
      for (Record ns :
          authority(record.absoluteZone(), Type.NS, server).getSection(Section.ANSWER)) {
        if (ns instanceof NSRecord named) {
          Name target = named.getTarget();
          found.add(
              new NameServer(
                  address(target, server).orElse(target.toString(true)), NameServer.STANDARD_PORT));
        }
      }
      if (found.isEmpty()) {
        throw new DnsFailed(
            Reason.REFUSED,
            "Asking %s for the servers of zone %s: it names none. Nothing was changed; name the servers of the record yourself."
                .formatted(server, record.zone()));
      }
      return found;
    } catch (IOException e) {
      throw new DnsFailed(
          Reason.UNREACHABLE,
          "Asking %s for the servers of zone %s: %s. Which servers to ask is not known."
              .formatted(server, record.zone(), reason(e)));
    }
  }

  private Optional<String> address(Name name, NameServer server)
      throws IOException, InterruptedException {
    for (RecordType type : List.of(RecordType.A, RecordType.AAAA)) {
      Optional<String> found =
          authority(name, type.code(), server).getSection(Section.ANSWER).stream()
              .filter(r -> r.getType() == type.code())
              .map(Record::rdataToString)
              .findFirst();
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * Replaces the record's whole set by one value, if it is exactly {@code from} until then; if it
   * is {@code to} with this TTL already, that is success and nothing is sent.
   *
   * <p>A precondition does not tell a record that was moved from one that was moved there and back.
   * So the update is good for {@link TsigKey#GOOD_FOR} only: a console that froze with it in its
   * hands, or a network that held it back, cannot undo what others did since.
   *
   * @param from the values it must have; none if there must be none
   * @param asOf when it was last known to be right to do this
   * @return whether it was changed
   * @throws DnsFailed if it was not, or if that is not known
   */
  public boolean replace(
      RecordName record,
      NameServer server,
      TsigKey key,
      List<String> from,
      String to,
      Duration ttl,
      Instant asOf)
      throws DnsFailed, InterruptedException {
    String wanted = canonical(record, to);
    RecordAnswer now = ask(record, server);
    if (now.error() != null) {
      throw new DnsFailed(
          Reason.UNREACHABLE,
          "Setting %s to %s: %s. Nothing was sent; see why it does not answer, and repeat."
              .formatted(record, wanted, now.error()));
    }
    if (now.says(wanted) && ttl.equals(now.ttl())) {
      return false;
    }
    if (now.says(wanted) && !from.equals(List.of(wanted))) {
      // The value came from an earlier try of ours; only its TTL is left.
      return replace(record, server, key, List.of(wanted), wanted, ttl, asOf);
    }
    try {
      Exchange.requireListener(server, limit);
    } catch (IOException e) {
      throw new DnsFailed(
          Reason.UNREACHABLE,
          "Setting %s to %s at %s: it takes no connection (%s). Nothing was sent; %s."
              .formatted(record, wanted, server, reason(e), "see that it runs, and repeat"));
    }
    Message answer =
        send(record, server, key.signer(asOf), update(record, from, wanted, ttl), wanted);
    judge(record, server, key, from, wanted, answer);
    return true;
  }

  private static Update update(RecordName record, List<String> from, String wanted, Duration ttl) {
    Update update = new Update(record.absoluteZone());
    try {
      if (from.isEmpty()) {
        update.absent(record.absolute(), record.type().code());
      }
      for (String value : from) {
        update.present(record.absolute(), record.type().code(), rdata(record, value));
      }
      update.replace(
          record.absolute(), record.type().code(), ttl.toSeconds(), rdata(record, wanted));
      return update;
    } catch (IOException e) {
      throw new IllegalArgumentException("not a value of " + record + ": " + wanted, e);
    }
  }

  private static String rdata(RecordName record, String value) {
    String canonical = canonical(record, value);
    return record.type() == RecordType.CNAME ? canonical + "." : canonical;
  }

  private static String canonical(RecordName record, String value) {
    return record
        .type()
        .canonical(value)
        .orElseThrow(() -> new IllegalArgumentException("not a value of " + record + ": " + value));
  }

  private Message send(
      RecordName record, NameServer server, TSIG signer, Update update, String wanted)
      throws DnsFailed, InterruptedException {
    try {
      return Exchange.update(server, update, signer, limit);
    } catch (IOException e) {
      throw new DnsFailed(
          Reason.NO_ANSWER,
          "Setting %s to %s at %s: no answer to the update within %d s (%s). It may have taken effect; look at the record, and repeat: that is safe."
              .formatted(record, wanted, server, limit.toSeconds(), reason(e)));
    }
  }

  private void judge(
      RecordName record,
      NameServer server,
      TsigKey key,
      List<String> from,
      String wanted,
      Message answer)
      throws DnsFailed, InterruptedException {
    String tried = "Setting %s from %s to %s at %s".formatted(record, shown(from), wanted, server);
    TSIGRecord signature = answer.getTSIG();
    if (signature != null && signature.getError() != Rcode.NOERROR) {
      throw new DnsFailed(
          Reason.KEY,
          "%s: it does not accept %s: %s. Nothing was changed; compare name, algorithm and secret with the server's, and the clocks."
              .formatted(tried, key, Rcode.TSIGstring(signature.getError())));
    }
    switch (answer.getRcode()) {
      case Rcode.NOERROR -> requireSigned(tried, key, answer);
      case Rcode.NXRRSET, Rcode.YXRRSET, Rcode.NXDOMAIN, Rcode.YXDOMAIN -> {
        RecordAnswer now = ask(record, server);
        if (now.says(wanted)) {
          return;
        }
        throw new DnsFailed(
            Reason.OTHER_VALUE,
            "%s: %s, the record has another value: %s. Nothing was changed; see who changed it before you repeat this."
                .formatted(
                    tried,
                    Rcode.string(answer.getRcode()),
                    now.error() == null ? now.shown() : now.error()));
      }
      default ->
          throw new DnsFailed(
              Reason.REFUSED,
              "%s: it answers %s. Nothing was changed; see in its log what %s may update."
                  .formatted(tried, Rcode.string(answer.getRcode()), key));
    }
  }

  /** Anybody on the way can say NOERROR; only who has the key can sign it. */
  private static void requireSigned(String tried, TsigKey key, Message answer) throws DnsFailed {
    if (!answer.isVerified()) {
      throw new DnsFailed(
          Reason.KEY,
          "%s: the answer is not signed by %s. Whether it was changed is not known; look at the record."
              .formatted(tried, key));
    }
  }

  private static String shown(List<String> from) {
    return from.isEmpty() ? "nothing" : String.join(" and ", from);
  }

  private static String reason(IOException e) {
    return Stream.iterate((Throwable) e, t -> t != null, Throwable::getCause)
        .map(Throwable::getMessage)
        .filter(m -> m != null && !m.isBlank())
        .findFirst()
        .orElse(e.getClass().getSimpleName());
  }
}
