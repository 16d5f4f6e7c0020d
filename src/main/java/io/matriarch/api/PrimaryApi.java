package io.matriarch.api;

import io.matriarch.database.Query;
import io.matriarch.inventory.NotFound;
import io.matriarch.inventory.Reign;
import io.matriarch.inventory.Reigns;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Tells tools that follow a herd's primary who it is. */
@RestController
@RequestMapping("/api/herds/{id}/primary")
@Tag(name = "herds")
class PrimaryApi {

  private static final int LONGEST_WAIT = 60;

  private final Reigns reigns;

  PrimaryApi(Reigns reigns) {
    this.reigns = reigns;
  }

  @GetMapping
  @Operation(
      summary = "Who is primary of a herd",
      description =
          "With after and wait the answer comes once a later term is published, or when the wait is over: then with the term as it is. Nobody but this record says who is primary while a switch is under way.")
  ResponseEntity<PrimaryJson> show(
      @PathVariable("id") long id,
      @Schema(description = "The last term that is known already; 0: none", defaultValue = "0")
          @RequestParam(value = "after", required = false)
          @Nullable Long after,
      @Schema(description = "Seconds, 0 to 60", defaultValue = "0")
          @RequestParam(value = "wait", required = false)
          @Nullable Integer wait)
      throws InterruptedException {
    int seconds = wait == null ? 0 : wait;
    if (seconds < 0 || seconds > LONGEST_WAIT) {
      throw new Query.InvalidQuery("wait is %d; it is 0 to 60 seconds".formatted(seconds));
    }
    Optional<Reign> found =
        seconds == 0
            ? reigns.of(id)
            : reigns.after(id, after == null ? 0 : after, Duration.ofSeconds(seconds));
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(found.map(PrimaryJson::of).orElseThrow(() -> new NotFound("primary of a herd", id)));
  }
}
