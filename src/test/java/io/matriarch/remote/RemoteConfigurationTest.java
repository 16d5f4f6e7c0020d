package io.matriarch.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RemoteConfigurationTest {

  @Test
  void the_shell_is_made_with_a_key_in_the_data_directory_and_with_default_limits(
      @TempDir Path data) {
    runner(data)
        .run(
            context -> {
              assertThat(context).hasSingleBean(Shell.class);
              assertThat(context.getBean(SshLimits.class)).isEqualTo(SshLimits.DEFAULT);
              assertThat(data.resolve("ssh/id_ed25519")).exists();
            });
  }

  @Test
  void limits_are_set_by_properties(@TempDir Path data) {
    runner(data)
        .withPropertyValues("matriarch.ssh.connect=3s", "matriarch.ssh.connections=7")
        .run(
            context -> {
              SshLimits limits = context.getBean(SshLimits.class);
              assertThat(limits.connect()).isEqualTo(Duration.ofSeconds(3));
              assertThat(limits.connections()).isEqualTo(7);
            });
  }

  private static ApplicationContextRunner runner(Path data) {
    return new ApplicationContextRunner()
        .withInitializer(
            context ->
                context
                    .getBeanFactory()
                    .setConversionService(ApplicationConversionService.getSharedInstance()))
        .withUserConfiguration(RemoteConfiguration.class)
        .withPropertyValues("matriarch.data-directory=" + data);
  }
}
