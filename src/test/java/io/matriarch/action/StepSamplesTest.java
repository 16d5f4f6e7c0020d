package io.matriarch.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.job.StepType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run that was queued before an upgrade must be readable after it. */
class StepSamplesTest {

  private static final Path SAMPLES = Path.of("src/test/resources/steps");
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  @Test
  void every_released_version_of_every_step_can_be_read_and_is_written_as_it_was()
      throws IOException {
    try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
      context.scan("io.matriarch.action.step");
      context.refresh();
      List<StepType> types = List.copyOf(context.getBeansOfType(StepType.class).values());
      for (StepType type : types) {
        Path sample = SAMPLES.resolve(type.name() + "-" + type.version() + ".json");
        JsonNode stored = JSON.readTree(Files.readString(sample));
        assertThat(JSON.readTree(JSON.writeValueAsString(JSON.treeToValue(stored, type.record()))))
            .as(sample.toString())
            .isEqualTo(stored);
      }
      try (Stream<Path> samples = Files.list(SAMPLES)) {
        assertThat(samples).as("a sample without a type: a step was lost").hasSize(types.size());
      }
    }
  }
}
