package io.matriarch.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AutomaticFailoverApiTest {

  private final Console console = Console.get();

  private String path() {
    return "/api/herds/%d/automatic-failover"
        .formatted(console.make("herds", Map.of("name", Console.fresh("automatic"))));
  }

  private static String on(boolean on) {
    return Console.json(Map.of("on", on));
  }

  @Test
  void it_is_off_and_says_why_it_could_not_be_on() {
    Console.Answer shown = console.viewer(path()).get();

    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.json("/on").asBoolean()).isFalse();
    assertThat(shown.json("/possible").asBoolean()).isFalse();
    assertThat(shown.json("/reasons").toString()).contains("the primary serves: none does");
    assertThat(shown.json("/recoveries").size()).isZero();
  }

  @Test
  void while_it_would_not_be_safe_it_cannot_be_turned_on() {
    String path = path();
    Console.Answer refused = console.dba(path).put(on(true));

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text()).contains("was not turned on", "the primary serves: none does");
    assertThat(console.viewer(path).get().json("/on").asBoolean()).isFalse();
  }

  @Test
  void who_may_not_is_refused_and_what_is_not_there_is_not_found() {
    String path = path();

    assertThat(console.viewer(path).put(on(true)).status()).isEqualTo(403);
    assertThat(console.operator(path).put(on(false)).status()).isEqualTo(403);
    assertThat(console.operator(path + "/acknowledge").post("").status()).isEqualTo(403);
    assertThat(console.operator("/api/automatic-brake/release").post("").status()).isEqualTo(403);
    assertThat(console.dba("/api/herds/987654321/automatic-failover").put(on(true)).status())
        .isEqualTo(404);
    assertThat(console.dba(path).put("{}").status()).isEqualTo(422);
  }

  @Test
  void turning_it_off_and_acknowledging_can_be_repeated() {
    String path = path();

    for (int i = 0; i < 2; i++) {
      assertThat(console.dba(path).put(on(false)).json("/on").asBoolean()).isFalse();
      assertThat(console.dba(path + "/acknowledge").post("").status()).isEqualTo(200);
    }
  }

  @Test
  void a_pulled_brake_is_released_and_that_is_on_the_trail() {
    console.jdbc().sql("insert into automatic_brake (reason) values ('7 herds')").update();

    assertThat(console.viewer("/api/automatic-brake").get().json("/reason").asString())
        .isEqualTo("7 herds");
    assertThat(console.dba("/api/automatic-brake/release").post("").json("/pulled").asBoolean())
        .isFalse();
    assertThat(
            console
                .jdbc()
                .sql("select count(*) from audit_event where action = 'automatic-brake.release'")
                .query(Long.class)
                .single())
        .isPositive();
  }
}
