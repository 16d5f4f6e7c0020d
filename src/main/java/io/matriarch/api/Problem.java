package io.matriarch.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/** What went wrong with a request, as RFC 9457 has it, with members of our own beside. */
record Problem(String name, HttpStatus status, String detail, Map<String, Object> more) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  Problem {
    more = Map.copyOf(more);
  }

  /**
   * @param name ends the type URI, such as {@code lost-update}: stable, for programs
   * @param detail what was tried, what came of it, what to do: for people
   */
  static Problem of(HttpStatus status, String name, String detail) {
    return new Problem(name, status, detail, Map.of());
  }

  static Problem tooLarge(long limit) {
    return of(
        HttpStatus.CONTENT_TOO_LARGE,
        "body-too-large",
        "The body was not read: it is larger than %d bytes. Send it in smaller parts."
            .formatted(limit));
  }

  Problem with(String key, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(more);
    all.put(key, value);
    return new Problem(name, status, detail, all);
  }

  private Map<String, Object> body(HttpServletRequest request) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "urn:matriarch:problem:" + name);
    body.put("status", status.value());
    // Before the title: agents show the first text they find.
    body.put("detail", detail);
    body.put("title", status.getReasonPhrase());
    body.put("instance", request.getRequestURI());
    body.put("requestId", RequestId.of(request));
    body.putAll(more);
    return body;
  }

  ResponseEntity<Object> answer(HttpServletRequest request) {
    return answer(request, HttpHeaders.EMPTY);
  }

  ResponseEntity<Object> answer(HttpServletRequest request, HttpHeaders headers) {
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(body(request));
  }

  /** For filters, where no controller answers. */
  void send(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.getOutputStream().write(JSON.writeValueAsBytes(body(request)));
  }
}
