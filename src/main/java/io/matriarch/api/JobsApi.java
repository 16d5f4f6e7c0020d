package io.matriarch.api;

import io.matriarch.inventory.Conflict;
import io.matriarch.inventory.NotFound;
import io.matriarch.job.JobLog;
import io.matriarch.job.JobQueries;
import io.matriarch.job.JobRow;
import io.matriarch.job.Jobs;
import io.matriarch.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/jobs")
@Tag(name = "jobs", description = "One action on many targets: previewed, confirmed, watched")
class JobsApi {

  private static final String SUBMIT = "job.submit";
  private static final int MOST_LINES = 5000;

  private final Jobs jobs;
  private final JobQueries queries;
  private final JobLog log;
  private final Guard guard;

  JobsApi(Jobs jobs, JobQueries queries, JobLog log, Guard guard) {
    this.jobs = jobs;
    this.queries = queries;
    this.log = log;
    this.guard = guard;
  }

  /** The job that a request made, or had made before. */
  @Schema(name = "JobAccepted")
  record Accepted(long id) {

    static ResponseEntity<Accepted> answer(long id) {
      return ResponseEntity.accepted()
          .location(URI.create("/api/jobs/" + id))
          .body(new Accepted(id));
    }
  }

  /** Which runs to retry; all that did not succeed if none is named. */
  record RetryBody(@Nullable List<Long> runs) {}

  @GetMapping
  @Operation(summary = "List jobs, the newest first")
  Page<JobJson> list(@ParameterObject Asked asked) {
    return Page.of(queries.jobs(), asked.query(), Page.each(JobJson::of));
  }

  @PostMapping("/preview")
  @JsonBody(JobBody.class)
  @Operation(summary = "What a job would do now; changes nothing")
  PreviewJson preview(@RequestBody byte[] json) {
    return PreviewJson.of(jobs.preview(Given.read(json, JobBody.class).body().request(null)));
  }

  @PostMapping
  @JsonBody(JobBody.class)
  @Operation(
      summary = "Confirm a job (the role that the action needs)",
      description =
          "409 if planHash is given and no longer true. Targets whose checks fail become runs that end REFUSED.")
  ResponseEntity<Accepted> submit(
      @Parameter(description = "A second request with the same key answers the first one's job")
          @RequestHeader(value = "Idempotency-Key", required = false)
          @Nullable String key,
      @RequestBody byte[] json) {
    return Accepted.answer(
        guard.read(
            Role.OPERATOR,
            SUBMIT,
            "?",
            () -> jobs.submit(Given.read(json, JobBody.class).body().request(key))));
  }

  @GetMapping("/{id}")
  @Operation(summary = "One job with its runs and their steps")
  JobDetailJson show(@PathVariable("id") long id) {
    return JobDetailJson.of(get(id), queries.runs(id), queries.steps(id, null));
  }

  @GetMapping("/{id}/log")
  @Operation(summary = "What comes in a job's log after a line")
  LogJson log(
      @PathVariable("id") long id,
      @Parameter(description = "The last seq that was seen")
          @RequestParam(value = "after", defaultValue = "0")
          long after,
      @Parameter(description = "Only this run") @RequestParam(value = "run", required = false)
          @Nullable Long run,
      @Parameter(description = "Only lines that contain it")
          @RequestParam(value = "text", defaultValue = "")
          String text,
      @Parameter(description = "1 to 5000") @RequestParam(value = "limit", defaultValue = "1000")
          int limit) {
    get(id);
    return LogJson.of(
        log.after(id, after, run, text, Math.clamp(limit, 1, MOST_LINES)).orElse(List.of()), after);
  }

  @PostMapping("/{id}/cancel")
  @Operation(summary = "Stop a job at the next safe point of each run")
  ResponseEntity<Accepted> cancel(@PathVariable("id") long id) {
    boolean cancelled =
        guard.read(
            Role.OPERATOR,
            "job.cancel",
            "job " + id,
            () -> {
              get(id);
              return jobs.cancel(id);
            });
    if (!cancelled) {
      throw new Conflict(
          "Job %d was not cancelled: it has ended already. Look at its runs; retry what failed."
              .formatted(id));
    }
    return Accepted.answer(id);
  }

  @PostMapping("/{id}/retry")
  @JsonBody(RetryBody.class)
  @Operation(summary = "A new job of the targets that did not succeed, planned afresh")
  ResponseEntity<Accepted> retry(
      @PathVariable("id") long id, @RequestBody(required = false) byte @Nullable [] json) {
    return Accepted.answer(
        guard.read(
            Role.OPERATOR,
            "job.retry",
            "job " + id,
            () -> {
              get(id);
              return jobs.retry(id, runs(json));
            }));
  }

  private static @Nullable List<Long> runs(byte @Nullable [] json) {
    return json == null || json.length == 0
        ? null
        : Given.read(json, RetryBody.class).body().runs();
  }

  private JobRow get(long id) {
    return queries.job(id).orElseThrow(() -> new NotFound("job", id));
  }
}
