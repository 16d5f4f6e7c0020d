package io.matriarch.audit;

import java.util.List;

/** One page of found events, newest first, and how many there are in all. */
public record AuditPage(List<AuditEvent> items, long total) {

  public AuditPage {
    items = List.copyOf(items);
  }
}
