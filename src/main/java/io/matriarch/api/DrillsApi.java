package io.matriarch.api;

import io.matriarch.drill.DrillJobRow;
import io.matriarch.drill.DrillReport;
import io.matriarch.drill.DrillRow;
import io.matriarch.drill.Drills;
import io.matriarch.inventory.NotFound;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/drills")
@Tag(name = "drills", description = "Herds that were switched to their DR site and back")
class DrillsApi {

  private final Drills drills;
  private final DrillReport report;

  DrillsApi(Drills drills, DrillReport report) {
    this.drills = drills;
    this.report = report;
  }

  @GetMapping
  @Operation(summary = "List drills, the latest first")
  Page<DrillJson> list(@ParameterObject Asked asked) {
    return Page.of(drills.jobs(), asked.query(), Page.each(DrillJson::of));
  }

  @GetMapping("/{jobId}")
  @Operation(summary = "One drill by its job, and what it did with each herd")
  DrillDetailJson show(@PathVariable("jobId") long jobId) {
    List<DrillRow> herds = drills.of(jobId);
    return new DrillDetailJson(
        DrillJson.of(job(jobId)), herds.stream().map(DrillHerdJson::of).toList());
  }

  @GetMapping(value = "/{jobId}/report.pdf", produces = MediaType.APPLICATION_PDF_VALUE)
  @Operation(summary = "The report, with the time of every step")
  ResponseEntity<byte[]> report(@PathVariable("jobId") long jobId) {
    job(jobId);
    ByteArrayOutputStream pages = new ByteArrayOutputStream();
    report.write(jobId, pages);
    return ResponseEntity.ok()
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename=\"drill-%d.pdf\"".formatted(jobId))
        .body(pages.toByteArray());
  }

  private DrillJobRow job(long jobId) {
    return drills.job(jobId).orElseThrow(() -> new NotFound("drill", jobId));
  }
}
