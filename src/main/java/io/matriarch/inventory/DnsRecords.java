package io.matriarch.inventory;

import io.matriarch.database.Rows;
import io.matriarch.dns.NameServer;
import io.matriarch.dns.TsigKey;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import io.matriarch.security.Role;
import io.matriarch.security.Scope;
import io.matriarch.security.SealBroken;
import io.matriarch.security.Sealed;
import io.matriarch.security.Seals;
import io.matriarch.security.Secret;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Edits records of DNS. Every edit needs the role dba and is in the audit trail. */
@Service
public class DnsRecords implements Editable<DnsRecordDraft> {

  private static final String KIND = "dns-record";
  private static final String TABLE = "dns_record";
  private static final String COLUMN = "sealed_secret";

  private final JdbcClient jdbc;
  private final Access access;
  private final Edits edits;
  private final Seals seals;

  DnsRecords(JdbcClient jdbc, Access access, Edits edits, Seals seals) {
    this.jdbc = jdbc;
    this.access = access;
    this.edits = edits;
    this.seals = seals;
  }

  /** The record as people wrote it, without its secret. */
  @Override
  public Optional<Versioned<DnsRecordDraft>> find(long id) {
    return jdbc.sql("select * from dns_record where dns_record_id = :id")
        .param("id", id)
        .query((row, n) -> new Versioned<>(id, row.getInt("version"), draft(row)))
        .optional();
  }

  /**
   * The key that signs this record's updates.
   *
   * @throws SealBroken if its secret cannot be opened
   */
  public Optional<TsigKey> key(long id) {
    record Stored(String name, String algorithm, String sealed) {}
    return jdbc.sql(
            """
            select key_name, key_algorithm, sealed_secret from dns_record
             where dns_record_id = :id and sealed_secret is not null
            """)
        .param("id", id)
        .query((row, n) -> new Stored(row.getString(1), row.getString(2), row.getString(3)))
        .optional()
        .map(
            s ->
                new TsigKey(
                    s.name(),
                    s.algorithm(),
                    seals.open(new Sealed(s.sealed()), TABLE, id, COLUMN).reveal()));
  }

  /** Makes it, or returns the one that has this name, type and content. */
  @Override
  public Creation create(DnsRecordDraft draft, Set<String> given) {
    Actor actor =
        access.require(Role.DBA, scope(draft.herdId()), "dns-record.create", draft.name());
    return edits.make(
        actor.entry("dns-record.create").on(KIND, draft.name(), null), () -> insert(draft, given));
  }

  @Override
  public void update(long id, int version, DnsRecordDraft draft) {
    DnsRecordDraft now = get(id).content();
    Actor actor = access.require(Role.DBA, scope(now.herdId()), "dns-record.update", now.name());
    edits.make(
        Changed.note(actor.entry("dns-record.update").on(KIND, now.name(), id), now, draft),
        () -> save(id, version, now, draft));
  }

  /** Forgets it; nothing is done at its servers. */
  @Override
  public void delete(long id, int version) {
    DnsRecordDraft now = get(id).content();
    Actor actor = access.require(Role.DBA, scope(now.herdId()), "dns-record.delete", now.name());
    edits.make(
        actor.entry("dns-record.delete").on(KIND, now.name(), id), () -> remove(id, version, now));
  }

  private Creation insert(DnsRecordDraft draft, Set<String> given) {
    Optional<Versioned<DnsRecordDraft>> there = lookUp(draft).flatMap(this::find);
    if (there.isPresent()) {
      Changed.refuseOther(
          what(draft), there.get().content(), unlessStored(there.get().id(), draft), given);
      return Creation.existing(there.get().id());
    }
    refuseUnknown(draft);
    Secret secret = draft.secret();
    if (secret == null) {
      throw new InvalidField("secret", "is missing");
    }
    long id =
        bind(
                jdbc.sql(
                    """
                    insert into dns_record (herd_id, name, type, zone, ttl, update_address, update_port,
                                            key_name, key_algorithm, servers)
                    values (:herd, :name, :type, :zone, :ttl, :address, :port, :key, :algorithm, :servers)
                    returning dns_record_id
                    """),
                draft)
            .param("herd", draft.herdId())
            .param("name", draft.name())
            .param("type", draft.type())
            .query(Long.class)
            .single();
    seal(id, secret);
    return Creation.made(id);
  }

  private void save(long id, int version, DnsRecordDraft read, DnsRecordDraft draft) {
    if (draft.herdId() != read.herdId()
        || !draft.name().equals(read.name())
        || !draft.type().equals(read.type())) {
      throw new InvalidField(
          draft.herdId() != read.herdId() ? "herd" : "name",
          "cannot be changed, nor its type; delete the record and add the other one");
    }
    int saved =
        bind(
                jdbc.sql(
                    """
                    update dns_record set zone = :zone, ttl = :ttl, update_address = :address,
                           update_port = :port, key_name = :key, key_algorithm = :algorithm,
                           servers = :servers, version = version + 1, updated_at = now()
                     where dns_record_id = :id and version = :version
                    """),
                draft)
            .param("id", id)
            .param("version", version)
            .update();
    if (saved == 0) {
      throw edits.lost(what(draft), KIND, get(id), version, draft);
    }
    forgetAnswers(id);
    Secret secret = draft.secret();
    if (secret != null) {
      seal(id, secret);
    }
  }

  /** What other servers answered says nothing about these. */
  private void forgetAnswers(long id) {
    jdbc.sql("delete from dns_answer where dns_record_id = :id").param("id", id).update();
    jdbc.sql(
            """
            update dns_record set tried_at = null, observed_at = null, observed_error = null
             where dns_record_id = :id
            """)
        .param("id", id)
        .update();
  }

  private void seal(long id, Secret secret) {
    try {
      jdbc.sql("update dns_record set sealed_secret = :sealed where dns_record_id = :id")
          .param("sealed", seals.seal(secret, TABLE, id, COLUMN).text())
          .param("id", id)
          .update();
    } catch (SealBroken e) {
      throw new Conflict("The secret of the record's key was not saved. " + e.getMessage());
    }
  }

  private void remove(long id, int version, DnsRecordDraft read) {
    int deleted =
        jdbc.sql("delete from dns_record where dns_record_id = :id and version = :version")
            .param("id", id)
            .param("version", version)
            .update();
    if (deleted == 0) {
      throw edits.lost(what(read), KIND, get(id), version, read);
    }
  }

  /** The same draft, without its secret if that is the one that is stored. */
  private DnsRecordDraft unlessStored(long id, DnsRecordDraft draft) {
    Secret given = draft.secret();
    try {
      return given != null && key(id).filter(k -> Secret.of(k.secret()).equals(given)).isPresent()
          ? draft.withStoredSecret()
          : draft;
    } catch (SealBroken e) {
      return draft;
    }
  }

  private void refuseUnknown(DnsRecordDraft draft) {
    if (!jdbc.sql("select exists (select from herd where herd_id = :id)")
        .param("id", draft.herdId())
        .query(Boolean.class)
        .single()) {
      throw new InvalidField("herd", "is unknown: there is no herd " + draft.herdId());
    }
  }

  private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, DnsRecordDraft draft) {
    NameServer updates = NameServer.parse(draft.updateServer());
    return sql.param("zone", draft.zone())
        .param("ttl", draft.ttl())
        .param("address", updates.address())
        .param("port", updates.port())
        .param("key", draft.keyName())
        .param("algorithm", draft.keyAlgorithm())
        .param("servers", draft.servers().toArray(String[]::new));
  }

  private static DnsRecordDraft draft(ResultSet row) throws SQLException {
    return new DnsRecordDraft(
        row.getString("name"),
        row.getLong("herd_id"),
        row.getString("zone"),
        row.getString("type"),
        row.getInt("ttl"),
        new NameServer(row.getString("update_address"), row.getInt("update_port")).toString(),
        row.getString("key_name"),
        row.getString("key_algorithm"),
        Rows.textsOf(row, "servers"),
        null);
  }

  private Scope scope(long herdId) {
    return jdbc.sql(
            """
            select environment_id from herd where herd_id = :id and environment_id is not null
            """)
        .param("id", herdId)
        .query(Long.class)
        .optional()
        .map(Scope::environment)
        .orElseGet(Scope::everywhere);
  }

  private Versioned<DnsRecordDraft> get(long id) {
    return find(id).orElseThrow(() -> new NotFound("DNS record", id));
  }

  private Optional<Long> lookUp(DnsRecordDraft draft) {
    return jdbc.sql("select dns_record_id from dns_record where name = :name and type = :type")
        .param("name", draft.name())
        .param("type", draft.type())
        .query(Long.class)
        .optional();
  }

  private static String what(DnsRecordDraft draft) {
    return "record " + Quoted.text(draft.name() + " " + draft.type());
  }
}
