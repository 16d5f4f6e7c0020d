package io.matriarch.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What to look for in the trail; a null asks nothing. {@code text} is looked for everywhere. */
public record AuditQuery(
    @Nullable String text,
    @Nullable String actor,
    @Nullable String action,
    @Nullable Outcome outcome,
    @Nullable Origin origin,
    @Nullable String targetKind,
    @Nullable Long targetId,
    @Nullable Instant from,
    @Nullable Instant until,
    int page,
    int size) {

  public static final int LARGEST_PAGE = 500;

  public AuditQuery {
    if (page < 0 || size < 1 || size > LARGEST_PAGE) {
      throw new IllegalArgumentException(
          "page counts from 0 and size is 1 to " + LARGEST_PAGE + ", not " + page + ", " + size);
    }
  }

  public static AuditQuery all() {
    return new AuditQuery(null, null, null, null, null, null, null, null, null, 0, 50);
  }

  public AuditQuery text(@Nullable String words) {
    return new AuditQuery(
        words, actor, action, outcome, origin, targetKind, targetId, from, until, page, size);
  }

  public AuditQuery actor(@Nullable String name) {
    return new AuditQuery(
        text, name, action, outcome, origin, targetKind, targetId, from, until, page, size);
  }

  public AuditQuery action(@Nullable String name) {
    return new AuditQuery(
        text, actor, name, outcome, origin, targetKind, targetId, from, until, page, size);
  }

  public AuditQuery outcome(@Nullable Outcome wanted) {
    return new AuditQuery(
        text, actor, action, wanted, origin, targetKind, targetId, from, until, page, size);
  }

  public AuditQuery target(String kind, long id) {
    return new AuditQuery(text, actor, action, outcome, origin, kind, id, from, until, page, size);
  }

  public AuditQuery between(@Nullable Instant begin, @Nullable Instant end) {
    return new AuditQuery(
        text, actor, action, outcome, origin, targetKind, targetId, begin, end, page, size);
  }

  public AuditQuery page(int number, int rows) {
    return new AuditQuery(
        text, actor, action, outcome, origin, targetKind, targetId, from, until, number, rows);
  }
}
