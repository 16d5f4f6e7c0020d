package io.matriarch.ui.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.watch.Happening;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HappeningTextsTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static Happening instance(
      long id, Instant at, String kind, @Nullable String was, @Nullable String became) {
    return new Happening(
        at,
        kind,
        was,
        became,
        null,
        null,
        "db" + id + ":5432",
        "db" + id,
        "orders",
        null,
        id,
        id,
        7L);
  }

  private static Happening edit(String action, String target) {
    return new Happening(
        NOW, "edit", null, action, null, "dora", null, null, null, target, null, null, null);
  }

  private static List<String> texts(List<Happening> happenings) {
    return HappeningTexts.lines(happenings).stream().map(HappeningTexts.Line::text).toList();
  }

  @Test
  void a_line_says_what_is_and_what_was() {
    assertThat(
            texts(
                List.of(
                    instance(1, NOW, "role", "standby", "primary"),
                    instance(2, NOW, "state", "online", "unreachable"),
                    instance(3, NOW, "found", null, "unknown"),
                    edit("herd.separate", "db7:5432"),
                    edit("server.create", "db9"))))
        .containsExactly(
            "db1:5432 became primary, was standby",
            "db2:5432 cannot be reached, was online",
            "db3:5432 was found",
            "dora made db7:5432 a herd of its own",
            "dora added server db9");
  }

  @Test
  void a_problem_that_is_over_is_told_in_the_past() {
    Happening over =
        new Happening(
            NOW,
            "problem-over",
            null,
            "no-primary",
            null,
            null,
            null,
            null,
            "orders",
            null,
            null,
            null,
            7L);
    assertThat(texts(List.of(over))).containsExactly("over: herd orders had no primary");
  }

  @Test
  void many_of_a_kind_at_once_are_one_line_and_few_are_told_apart() {
    List<Happening> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(instance(i, NOW.minusSeconds(i), "state", "online", "stopped"));
    }
    all.add(instance(41, NOW.minusSeconds(3600), "state", "online", "stopped"));
    assertThat(texts(all)).containsExactly("40 instances: stopped", "db41:5432 stopped");
    assertThat(texts(all.subList(0, 3))).hasSize(3);
  }

  @Test
  void agents_that_fall_silent_together_are_one_line() {
    List<Happening> all = new ArrayList<>();
    for (long i = 0; i < 6; i++) {
      all.add(
          new Happening(
              NOW,
              "problem-over",
              null,
              "agent-silent",
              null,
              null,
              null,
              "db" + i,
              null,
              null,
              null,
              i,
              null));
    }
    assertThat(texts(all)).containsExactly("over: 6 agents were silent");
  }

  @Test
  void a_line_leads_to_what_it_is_about_if_that_still_exists() {
    assertThat(HappeningTexts.lines(List.of(instance(1, NOW, "role", "standby", "primary"))))
        .extracting(HappeningTexts.Line::link)
        .containsExactly("instances/1");
    assertThat(HappeningTexts.lines(List.of(edit("server.delete", "db9"))).getFirst().link())
        .isNull();
  }
}
