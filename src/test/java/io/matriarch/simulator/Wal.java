package io.matriarch.simulator;

import java.util.ArrayList;
import java.util.List;

/** The write-ahead log that lies on one instance's disk: a list that only grows. */
final class Wal {

  /** What a record is. */
  enum Kind {
    INSERT,
    COMMIT,
    CHECKPOINT,
    SHUTDOWN,
    END_OF_RECOVERY
  }

  /** Compared by identity: two servers that write the same number have diverged all the same. */
  static final class Record {
    final long lsn;
    final int timeline;
    final Kind kind;
    final long value;

    Record(long lsn, int timeline, Kind kind, long value) {
      this.lsn = lsn;
      this.timeline = timeline;
      this.kind = kind;
      this.value = value;
    }

    long end() {
      return lsn + (kind == Kind.INSERT ? 0xA0 : kind == Kind.COMMIT ? 0x28 : 0x78);
    }
  }

  private static final long BEGIN = 0x3000028;

  private final List<Record> records = new ArrayList<>();

  /** How many of the first records are no longer on disk, so that nobody can be sent them. */
  int removed;

  Record append(int timeline, Kind kind, long value) {
    Record added = new Record(end(size()), timeline, kind, value);
    records.add(added);
    return added;
  }

  int size() {
    return records.size();
  }

  Record get(int index) {
    return records.get(index);
  }

  /** Where the first so many records end. */
  long end(int count) {
    return count == 0 ? BEGIN : records.get(count - 1).end();
  }

  /** Whether all of it lies in the other, so that it can be continued from there. */
  boolean isPrefixOf(Wal other) {
    return size() <= other.size()
        && (size() == 0 || records.get(size() - 1) == other.records.get(size() - 1));
  }

  /** Takes what the other has more; this must be a prefix of it. */
  void copyFrom(Wal other) {
    for (int i = size(); i < other.size(); i++) {
      records.add(other.get(i));
    }
  }

  boolean hasInsert(long value) {
    return records.stream().anyMatch(r -> r.kind == Kind.INSERT && r.value == value);
  }

  List<Long> inserts() {
    return records.stream().filter(r -> r.kind == Kind.INSERT).map(r -> r.value).toList();
  }

  static String text(long lsn) {
    return "%X/%X".formatted(lsn >>> 32, lsn & 0xFFFFFFFFL);
  }
}
