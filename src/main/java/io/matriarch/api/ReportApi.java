package io.matriarch.api;

import io.matriarch.discovery.Reports;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "report", description = "The agents' door where the database port is closed")
class ReportApi {

  private static final String BEARER = "Bearer ";

  private final Reports reports;

  ReportApi(Reports reports) {
    this.reports = reports;
  }

  /** What an agent hears; the interval is in seconds. */
  @Schema(name = "ReportAccepted")
  record Accepted(boolean accepted, @Nullable Integer interval) {}

  /** An agent's document, see agent-report/report.schema.json. */
  record Body() {}

  @PostMapping("/api/report")
  @JsonBody(Body.class)
  @Operation(
      summary = "Hand in an agent's report; the bearer token is the server's own",
      description = "Refused with 403 and the reason; the refusal is in the audit trail.")
  ResponseEntity<?> report(
      @RequestHeader(value = HttpHeaders.AUTHORIZATION, required = false)
          @Nullable String authorization,
      @RequestBody byte[] document,
      HttpServletRequest request) {
    Reports.Answer answer =
        reports.accept(
            token(authorization),
            new String(document, StandardCharsets.UTF_8),
            request.getRemoteAddr());
    return answer.accepted()
        ? ResponseEntity.ok(new Accepted(true, answer.interval()))
        : Problem.of(
                HttpStatus.FORBIDDEN,
                "report-refused",
                "The report was not taken: %s. Nothing was changed; correct report.conf on the server."
                    .formatted(answer.reason()))
            .with("accepted", false)
            .answer(request);
  }

  private static @Nullable String token(@Nullable String authorization) {
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).strip()
        : null;
  }
}
