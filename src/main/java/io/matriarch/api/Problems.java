package io.matriarch.api;

import io.matriarch.database.Query;
import io.matriarch.inventory.Conflict;
import io.matriarch.inventory.EditRefused;
import io.matriarch.inventory.HasChildren;
import io.matriarch.inventory.InvalidField;
import io.matriarch.inventory.LostUpdate;
import io.matriarch.inventory.NotFound;
import io.matriarch.job.InvalidRequest;
import io.matriarch.job.StalePlan;
import io.matriarch.security.AccessRefused;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.BindException;
import org.springframework.validation.FieldError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns what was thrown into problem details. */
@RestControllerAdvice(name = "apiProblems", basePackageClasses = Problems.class)
class Problems {

  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  @ExceptionHandler
  ResponseEntity<Object> refusedEdit(EditRefused e, HttpServletRequest request) {
    Problem problem =
        switch (e) {
          case NotFound n -> Problem.of(HttpStatus.NOT_FOUND, "not-found", e.reason());
          case Conflict c -> Problem.of(HttpStatus.CONFLICT, "conflict", e.reason());
          case HasChildren h ->
              Problem.of(HttpStatus.CONFLICT, "has-children", e.reason())
                  .with("children", h.children());
          case LostUpdate l ->
              Problem.of(HttpStatus.PRECONDITION_FAILED, "lost-update", e.reason())
                  .with("version", l.version())
                  .with("differences", l.differences());
          case InvalidField i ->
              Problem.of(
                      HttpStatus.UNPROCESSABLE_CONTENT,
                      "invalid-field",
                      "Nothing was changed: %s. Correct it and send the request again."
                          .formatted(e.reason()))
                  .with("field", i.field());
        };
    return problem.answer(request);
  }

  @ExceptionHandler
  ResponseEntity<Object> notAllowed(AccessRefused e, HttpServletRequest request) {
    return Problem.of(HttpStatus.FORBIDDEN, "forbidden", String.valueOf(e.getMessage()))
        .with("needs", e.needed().stored())
        .answer(request);
  }

  @ExceptionHandler
  ResponseEntity<Object> badRequest(InvalidRequest e, HttpServletRequest request) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "invalid-request",
            "Nothing was done: %s. Correct it and send the request again."
                .formatted(e.getMessage()))
        .answer(request);
  }

  @ExceptionHandler
  ResponseEntity<Object> stale(StalePlan e, HttpServletRequest request) {
    return Problem.of(HttpStatus.CONFLICT, "stale-plan", String.valueOf(e.getMessage()))
        .answer(request);
  }

  @ExceptionHandler
  ResponseEntity<Object> noVersion(Versions.Missing e, HttpServletRequest request) {
    return Problem.of(
            HttpStatus.PRECONDITION_REQUIRED, "if-match-required", String.valueOf(e.getMessage()))
        .answer(request);
  }

  @ExceptionHandler
  ResponseEntity<Object> badBody(BadBody e, HttpServletRequest request) {
    return Problem.of(HttpStatus.BAD_REQUEST, "bad-body", String.valueOf(e.getMessage()))
        .answer(request);
  }

  @ExceptionHandler
  ResponseEntity<Object> noBody(HttpMessageNotReadableException e, HttpServletRequest request) {
    return e.getCause() instanceof BodyLimit.TooLarge large
        ? tooLarge(large, request)
        : badBody(
            new BadBody("The request has no body that can be read. Nothing was done; send one."),
            request);
  }

  @ExceptionHandler
  ResponseEntity<Object> badQuery(Query.InvalidQuery e, HttpServletRequest request) {
    return badParameter(String.valueOf(e.getMessage()), request);
  }

  @ExceptionHandler
  ResponseEntity<Object> badPath(
      MethodArgumentTypeMismatchException e, HttpServletRequest request) {
    return badParameter(e.getName() + " has a value of the wrong kind", request);
  }

  @ExceptionHandler
  ResponseEntity<Object> badParameters(BindException e, HttpServletRequest request) {
    FieldError first = e.getFieldError();
    return badParameter(
        (first == null ? "a parameter" : first.getField()) + " has a value of the wrong kind",
        request);
  }

  private static ResponseEntity<Object> badParameter(String what, HttpServletRequest request) {
    return Problem.of(
            HttpStatus.BAD_REQUEST,
            "bad-parameter",
            "The request was not understood: %s. Correct the address and send it again."
                .formatted(what))
        .answer(request);
  }

  @ExceptionHandler
  ResponseEntity<Object> tooLarge(BodyLimit.TooLarge e, HttpServletRequest request) {
    return Problem.of(
            HttpStatus.CONTENT_TOO_LARGE,
            "body-too-large",
            "The body was not read: %s. Send it in smaller parts.".formatted(e.getMessage()))
        .answer(request);
  }

  @ExceptionHandler({
    DataAccessResourceFailureException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<Object> noDatabase(Exception e, HttpServletRequest request) {
    log.error("{}: the metadata database did not answer", RequestId.of(request), e);
    return Problem.of(
            HttpStatus.SERVICE_UNAVAILABLE,
            "no-database",
            "The request was not carried out: Matriarch's own database does not answer. Nothing was changed; try again in a minute.")
        .with("errorId", RequestId.of(request))
        .answer(request);
  }

  /** What Spring MVC itself refuses has a status already; everything else is our fault. */
  @ExceptionHandler
  ResponseEntity<Object> anything(Exception e, HttpServletRequest request) {
    if (e.getCause() instanceof BodyLimit.TooLarge large) {
      return tooLarge(large, request);
    }
    if (e instanceof ErrorResponse refused && refused.getStatusCode().is4xxClientError()) {
      HttpStatus status = HttpStatus.valueOf(refused.getStatusCode().value());
      return Problem.of(
              status,
              status.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
              "The request was not carried out: %s.".formatted(refused.getBody().getDetail()))
          .answer(request, refused.getHeaders());
    }
    String id = RequestId.of(request);
    log.error("{}: {} {} failed", id, request.getMethod(), request.getRequestURI(), e);
    return Problem.of(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "internal-error",
            "The request failed inside Matriarch with error %s. Whether something was changed is in the audit trail; ask an administrator to look this id up in the log."
                .formatted(id))
        .with("errorId", id)
        .answer(request);
  }
}
