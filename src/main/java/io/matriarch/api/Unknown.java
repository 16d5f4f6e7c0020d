package io.matriarch.api;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/** Answers what no other controller does, so that no screen is served below {@code /api}. */
@RestController
@Hidden
class Unknown {

  private final RequestMappingHandlerMapping mappings;

  Unknown(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mappings) {
    this.mappings = mappings;
  }

  @RequestMapping("/api/**")
  ResponseEntity<Object> answer(HttpServletRequest request) {
    Set<String> methods = methods(request);
    if (methods.isEmpty()) {
      return Problem.of(
              HttpStatus.NOT_FOUND,
              "not-found",
              "There is nothing at %s. The addresses there are stand in /api/openapi.json."
                  .formatted(request.getRequestURI()))
          .answer(request);
    }
    HttpHeaders allow = new HttpHeaders();
    methods.forEach(method -> allow.add(HttpHeaders.ALLOW, method));
    return Problem.of(
            HttpStatus.METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "%s is not offered at %s; there are %s."
                .formatted(request.getMethod(), request.getRequestURI(), methods))
        .answer(request, allow);
  }

  private Set<String> methods(HttpServletRequest request) {
    var path = ServletRequestPathUtils.getParsedRequestPath(request);
    Set<String> methods = new TreeSet<>();
    for (RequestMappingInfo info : mappings.getHandlerMethods().keySet()) {
      var patterns = info.getPathPatternsCondition();
      if (patterns != null
          && patterns.getPatterns().stream()
              .anyMatch(p -> !p.getPatternString().endsWith("**") && p.matches(path))) {
        info.getMethodsCondition()
            .getMethods()
            .forEach(method -> methods.add(HttpMethod.valueOf(method.name()).name()));
      }
    }
    return methods;
  }
}
