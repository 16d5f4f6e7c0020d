package io.matriarch.watch;

import io.matriarch.database.Rows;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Herds whose commits wait for synchronous standbys. */
@Component
public class CommitStalls {

  private final JdbcClient jdbc;

  CommitStalls(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What waits for whom, in a sentence, and since when that was seen. */
  public record Stall(String detail, Instant since) {}

  /** Empty while none waits for longer than the setting {@code commits.stall}. */
  public Optional<Stall> ofHerd(long herd) {
    return jdbc.sql("select detail, since from v_commit_stall where herd_id = :herd")
        .param("herd", herd)
        .query(
            (rs, n) ->
                new Stall(
                    rs.getString("detail"), Objects.requireNonNull(Rows.instantOf(rs, "since"))))
        .optional();
  }
}
