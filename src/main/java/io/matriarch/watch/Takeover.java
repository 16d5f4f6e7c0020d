package io.matriarch.watch;

import io.matriarch.job.JobRequest;
import io.matriarch.job.Jobs;
import io.matriarch.job.Target;
import io.matriarch.security.Access;
import io.matriarch.security.Actor;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The job by which a standby takes over with nobody asking for it. */
@FunctionalInterface
interface Takeover {

  /**
   * Submits it, within the transaction of whoever decided.
   *
   * @return its id
   */
  long begin(long herd);

  /** By the console itself. */
  @Component
  final class ByJob implements Takeover {
    private final Jobs jobs;

    ByJob(Jobs jobs) {
      this.jobs = jobs;
    }

    @Override
    public long begin(long herd) {
      JobRequest request =
          JobRequest.of(
              "herd.failover",
              List.of(Target.herd(herd)),
              Map.of("fence", "synchronous", "ignoreMissing", "true"));
      return Access.<Long, RuntimeException>as(
          Actor.system("automatic failover"), () -> jobs.submit(request));
    }
  }
}
