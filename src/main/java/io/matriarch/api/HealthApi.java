package io.matriarch.api;

import io.matriarch.inventory.Health;
import io.matriarch.inventory.Healths;
import io.matriarch.inventory.LagLimit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells balancers of connections whether an instance may get clients: 200 or 503, to anybody, since
 * their checks cannot sign in. An instance that does not exist answers like one nothing is known
 * of.
 */
@RestController
@RequestMapping("/health/instances/{id}")
class HealthApi {

  /**
   * What a check reads.
   *
   * @param age seconds since the instance was seen; null if it never was
   */
  record Answer(boolean up, String why, @Nullable Long age) {}

  private final Healths healths;

  HealthApi(Healths healths) {
    this.healths = healths;
  }

  @GetMapping("/primary")
  ResponseEntity<Answer> primary(@PathVariable("id") String id) throws InterruptedException {
    return answer(id, Health::primary);
  }

  @GetMapping("/standby")
  ResponseEntity<Answer> standby(
      @PathVariable("id") String id,
      @RequestParam(value = "maxLag", required = false) @Nullable String maxLag)
      throws InterruptedException {
    if (maxLag == null) {
      return answer(id, health -> health.standby(null));
    }
    LagLimit limit = LagLimit.parse(maxLag).orElse(null);
    return limit == null
        ? down(HttpStatus.BAD_REQUEST, "maxLag is no limit such as 16MB or 5s")
        : answer(id, health -> health.standby(limit));
  }

  private ResponseEntity<Answer> answer(String id, Function<Health, Health.Verdict> question)
      throws InterruptedException {
    try {
      Health health = healths.of(Long.parseLong(id)).orElse(null);
      if (health == null) {
        return down(HttpStatus.SERVICE_UNAVAILABLE, "not known");
      }
      Health.Verdict verdict = question.apply(health);
      Long age = health.age() == null ? null : Math.max(0, health.age().toSeconds());
      return send(
          verdict.up() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
          new Answer(verdict.up(), verdict.why(), age));
    } catch (NumberFormatException e) {
      return down(HttpStatus.SERVICE_UNAVAILABLE, "not known");
    } catch (DataAccessResourceFailureException | TransientDataAccessException e) {
      return down(HttpStatus.SERVICE_UNAVAILABLE, "the console cannot tell");
    }
  }

  private static ResponseEntity<Answer> down(HttpStatus status, String why) {
    return send(status, new Answer(false, why, null));
  }

  private static ResponseEntity<Answer> send(HttpStatus status, Answer answer) {
    return ResponseEntity.status(status).cacheControl(CacheControl.noStore()).body(answer);
  }
}
