package io.matriarch.simulator;

import io.matriarch.postgres.ReadinessFacts;
import java.time.Instant;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What readiness.sql would say of an instance: a healthy server but for what the model knows. */
final class Facts {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  static final Instant EPOCH = Instant.parse("2026-01-01T12:00:00Z");
  private static final String HEALTHY =
      """
      {"versionNum":170002,"version":"17.2","archiver":{"mode":"off","failing":false},"backups":0,
       "redoLsn":"0/1","slots":[],"prepared":0,"open":[],"subscriptions":0,"databases":1,"sortedBySystem":1,
       "collation":"2.36","collationChanged":[],"available":["plpgsql"],"pendingRestart":[],
       "hbaErrors":[],"volumes":[{"totalBytes":10000000000,"freeBytes":5000000000},{"totalBytes":10000000000,"freeBytes":5000000000}],
       "waiting":{"segments":0,"seconds":0},"archive":{"library":"","set":false},"sessions":[],
       "conninfo":{"set":true,"source":"configuration file","file":"/srv/postgresql.auto.conf","line":1},
       "alterSystem":true,"restoreCommand":false,"rewind":{"role":"replicator","may":true,"others":[]},
       "host":{"bad":["0"],"end":[""]},
       "inside":[{"name":"app","unlogged":0,"extensions":["plpgsql"],"collationChanged":[]}],
       "settings":{"wal_level":"replica","wal_log_hints":"on","data_checksums":"off",
         "full_page_writes":"on","max_connections":"100","max_worker_processes":"8",
         "max_wal_senders":"10","max_prepared_transactions":"0","max_locks_per_transaction":"64",
         "max_replication_slots":"10","synchronous_standby_names":"","synchronized_standby_slots":"",
         "shared_preload_libraries":"","default_transaction_read_only":"off",
         "recovery_target_timeline":"latest","recovery_min_apply_delay":"0","archive_mode":"off",
         "wal_keep_size":"512","lc_messages":"C"}}
      """;
  private static final ObjectNode BASE = (ObjectNode) JSON.readTree(HEALTHY);

  private Facts() {}

  static ReadinessFacts of(Instance instance) {
    ObjectNode facts = BASE.deepCopy();
    long now = instance.machine.schedule.now() + instance.machine.skew;
    facts.put("clock", EPOCH.plusNanos(now * 1000).toString());
    facts.put("systemIdentifier", Herd.IDENTIFIER);
    facts.put("inRecovery", instance.inRecovery);
    facts.put("timeline", instance.timeline);
    if (instance.inRecovery) {
      standby(instance, facts);
    } else {
      facts.put("writeLsn", Wal.text(instance.wal.end(instance.wal.size())));
    }
    ((ObjectNode) facts.get("settings"))
        .put("synchronous_standby_names", instance.synchronousNames());
    ArrayNode standbys = facts.putArray("standbys");
    instance.herd.instances.stream()
        .filter(i -> i.from == instance)
        .forEach(i -> standbys.addObject().put("name", i.machine.name).put("state", "streaming"));
    ArrayNode slots = facts.putArray("slots");
    instance
        .slots
        .keySet()
        .forEach(
            s ->
                slots
                    .addObject()
                    .put("name", s)
                    .put("type", "physical")
                    .put("temporary", false)
                    .put("invalid", false));
    return new ReadinessFacts(facts);
  }

  private static void standby(Instance instance, ObjectNode facts) {
    facts.put("receiveLsn", Wal.text(instance.wal.end(instance.wal.size())));
    facts.put("replayLsn", Wal.text(instance.wal.end(instance.replayed)));
    facts.put("replayPaused", false);
    if (instance.isStreaming()) {
      facts
          .putObject("receiver")
          .put("status", "streaming")
          .put("timeline", instance.timeline)
          .put("host", String.valueOf(instance.from))
          .put("port", 5432);
    }
  }
}
