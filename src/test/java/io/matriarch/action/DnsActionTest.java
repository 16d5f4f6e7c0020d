package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.check.Check;
import io.matriarch.dns.RecordName;
import io.matriarch.dns.RecordType;
import io.matriarch.hook.HookFiles;
import io.matriarch.inventory.DnsSeen;
import io.matriarch.inventory.Fleet;
import io.matriarch.job.Action;
import io.matriarch.job.Target;
import io.matriarch.security.Role;
import io.matriarch.testing.TestFleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** DNS and scripts: where they stand in a switch, and the actions that finish what is left. */
class DnsActionTest {

  private static final Catalogued ACTIONS = new Catalogued();
  private static final Target HERD = Target.herd(1);
  private static final RecordName ALIAS =
      new RecordName("example.com", "orders.example.com", RecordType.CNAME);
  private static final HookFiles HOOKS =
      new HookFiles(List.of("10-batch"), List.of("50-balancer"), List.of());

  @AfterAll
  static void close() {
    ACTIONS.close();
  }

  private static TestFleet orders() {
    return TestFleet.herd("orders").primary("db1").standby("db2").pooler("app");
  }

  private static DnsSeen seen(String state, int ttl) {
    return new DnsSeen(
        state,
        TestFleet.NOW,
        TestFleet.NOW,
        null,
        List.of("db1.example"),
        ttl,
        List.of(),
        List.of());
  }

  private static List<String> switchover(Fleet fleet) {
    return ACTIONS.steps("herd.switchover", HERD, fleet);
  }

  private static int at(List<String> steps, String part) {
    return steps.indexOf(steps.stream().filter(s -> s.contains(part)).findFirst().orElseThrow());
  }

  private static List<Check> checks(Fleet fleet) {
    Action action = ACTIONS.action("herd.switchover");
    return action.checks(HERD, fleet, Catalogued.options(action, Map.of("candidate", "2")));
  }

  @Test
  void dns_moves_after_clients_were_let_go_on() {
    List<String> steps = switchover(orders().dnsRecord(ALIAS, seen("right", 30)).build());
    assertThat(at(steps, "resume them"))
        .isLessThan(at(steps, "orders.example.com CNAME from db1.example to db2.example"));
    assertThat(at(steps, "orders.example.com CNAME")).isGreaterThan(at(steps, "promote"));
  }

  @Test
  void scripts_run_first_and_after_dns() {
    List<String> steps =
        switchover(orders().dnsRecord(ALIAS, seen("right", 30)).hooks(HOOKS).build());
    assertThat(steps.getFirst()).startsWith("run 10-batch on the console's host (pre-switchover");
    assertThat(at(steps, "run 50-balancer")).isGreaterThan(at(steps, "orders.example.com CNAME"));
  }

  @Test
  void without_records_and_scripts_nothing_is_said_of_them() {
    assertThat(switchover(orders().build()))
        .noneMatch(s -> s.contains("TTL") || s.startsWith("run "));
  }

  @Test
  void a_long_ttl_warns_and_names_the_action_that_lowers_it() {
    assertThat(checks(orders().dnsRecord(ALIAS, seen("right", 3600)).build()))
        .anySatisfy(
            check -> {
              assertThat(check.outcome()).isEqualTo(Check.Outcome.WARNING);
              assertThat(check.seen()).contains("TTL 3600 s");
              assertThat(check.remedy()).contains("herd.lower-dns-ttl");
            });
    assertThat(checks(orders().dnsRecord(ALIAS, seen("right", 60)).build()))
        .noneMatch(check -> check.remedy().contains("herd.lower-dns-ttl"));
  }

  @Test
  void a_record_that_cannot_name_the_candidate_refuses_unless_overruled() {
    RecordName address = new RecordName("example.com", "orders.example.com", RecordType.A);
    assertThat(checks(orders().dnsRecord(address, seen("right", 30)).build()))
        .filteredOn(Check::hasFailed)
        .singleElement()
        .satisfies(check -> assertThat(check.overruledBy()).isEqualTo("ignoreReadiness"));
  }

  @Test
  void scripts_that_others_may_write_refuse_the_switch() {
    HookFiles spoilt =
        new HookFiles(List.of(), List.of("x"), List.of("x can be written by others"));
    assertThat(checks(orders().hooks(spoilt).build()))
        .filteredOn(Check::hasFailed)
        .singleElement()
        .satisfies(check -> assertThat(check.seen()).contains("x can be written by others"));
  }

  @Test
  void what_is_left_over_has_an_action_each() {
    Fleet fleet = orders().dnsRecord(ALIAS, seen("drift", 30)).hooks(HOOKS).build();
    assertThat(ACTIONS.steps("herd.move-dns", HERD, fleet).getFirst())
        .startsWith("change orders.example.com CNAME to db1.example (db1)");
    assertThat(ACTIONS.steps("herd.run-hooks", HERD, fleet).getFirst()).contains("50-balancer");
    assertThat(ACTIONS.steps("herd.lower-dns-ttl", HERD, fleet).getFirst())
        .contains("to 10 s until the next move", "for as long as the old TTL");
    for (String name : List.of("herd.move-dns", "herd.run-hooks", "herd.lower-dns-ttl")) {
      assertThat(ACTIONS.action(name).requires()).isEqualTo(Role.DBA);
      assertThat(ACTIONS.failed(name, HERD, fleet)).isEmpty();
      assertThat(ACTIONS.failed(name, HERD, orders().build()))
          .as(name + " without anything to do")
          .hasSizeLessThanOrEqualTo(1);
    }
    assertThat(ACTIONS.failed("herd.move-dns", HERD, orders().build())).hasSize(1);
  }
}
