package io.matriarch.action.step;

import io.matriarch.job.StepType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The stored names of the steps. A name is never reused; a changed component is a new version. */
@Configuration(proxyBeanMethods = false)
class StepTypes {

  @Bean
  StepType stopPostgres() {
    return new StepType("stop-postgres", 1, StopPostgres.class);
  }

  @Bean
  StepType startPostgres() {
    return new StepType("start-postgres", 1, StartPostgres.class);
  }

  @Bean
  StepType reloadPostgres() {
    return new StepType("reload-postgres", 1, ReloadPostgres.class);
  }

  @Bean
  StepType checkServer() {
    return new StepType("check-server", 1, CheckServer.class);
  }
}
