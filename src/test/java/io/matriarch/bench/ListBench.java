package io.matriarch.bench;

import io.matriarch.database.Query;
import io.matriarch.inventory.Listings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The first page of the Instances grid and of {@code GET /api/instances} as the fleet grows. */
final class ListBench {

  private static final int CALLS = 200;
  private static final String FILTER = "role:standby,environment:bench";
  private static final String SORT = "-lagBytes,server";

  private final JdbcClient jdbc;
  private final Listings listings;
  private final String url;
  private final String token;

  ListBench(ConfigurableApplicationContext console, String url, String token) {
    this.jdbc = console.getBean(JdbcClient.class);
    this.listings = console.getBean(Listings.class);
    this.url = url;
    this.token = token;
  }

  String measure() throws Exception {
    StringBuilder table =
        new StringBuilder(
            """
            ## First page of instances, sorted by lag, filtered by role and environment, with the total; milliseconds in the server

            | Instances | grid: median | p95 | max | API over HTTP: median | p95 | max |
            | --- | --- | --- | --- | --- | --- | --- |
            """);
    for (int size : new int[] {100, 1_000, 10_000}) {
      fill(size);
      Series grid = new Series();
      Series api = new Series();
      Query query = Query.parse(FILTER, SORT, 0, 50);
      try (HttpClient client = HttpClient.newHttpClient()) {
        for (int i = 0; i < CALLS + 20; i++) {
          double inServer = Series.timed(() -> grid(query));
          double overHttp = Series.timed(() -> api(client));
          if (i >= 20) {
            grid.add(inServer);
            api.add(overHttp);
          }
        }
      }
      table.append(
          String.format(
              Locale.ROOT, "| %,d | %s | %s |%n", size, grid.percentiles(), api.percentiles()));
    }
    return table.toString();
  }

  private void grid(Query query) {
    listings.instances().page(query);
    listings.instances().total(query);
  }

  private void api(HttpClient client) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        url
                            + "/api/instances?filter="
                            + FILTER
                            + "&sort="
                            + SORT
                            + "&page=0&size=50"))
                .header("Authorization", "Bearer " + token)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
  }

  /** Herds of four: a primary and three standbys with lags of their own. */
  private void fill(int instances) {
    jdbc.sql("delete from instance where data_directory like '/bench/%'").update();
    jdbc.sql("delete from herd where name like 'bench-%'").update();
    jdbc.sql("delete from server where name like 'list-%'").update();
    jdbc.sql("insert into environment (name) values ('bench') on conflict do nothing").update();
    jdbc.sql(
            """
            insert into server (name, address, environment_id, site)
            select 'list-' || n, 'list-' || n || '.example', (select environment_id from environment where name = 'bench'), 'site' || n % 2
            from generate_series(1, :n / 4) n
            """)
        .param("n", instances)
        .update();
    jdbc.sql(
            """
            insert into herd (name, environment_id)
            select 'bench-' || n, (select environment_id from environment where name = 'bench') from generate_series(1, :n / 4) n
            """)
        .param("n", instances)
        .update();
    jdbc.sql(
            """
            insert into instance (server_id, herd_id, data_directory, port, version, version_num, role, state, online, timeline,
                                  write_lsn, replay_lsn, lag_bytes, lag_at, observed_at, reported_at)
            select s.server_id, h.herd_id, '/bench/' || n, 5432 + m, '17.2', 170002,
                   case m when 0 then 'primary' else 'standby' end, case m when 0 then 'primary' else 'standby' end, true, 1,
                   case m when 0 then '3/5000000'::pg_lsn end, case when m > 0 then '3/4000000'::pg_lsn end,
                   case when m > 0 then (n * 7919) % 100000000 end, now(), now(), now()
            from generate_series(1, :n / 4) n cross join generate_series(0, 3) m
            join herd h on h.name = 'bench-' || n
            join server s on s.name = 'list-' || ((n + m) % (:n / 4) + 1)
            """
                .replace("'/bench/' || n,", "'/bench/' || n || '/' || m,"))
        .param("n", instances)
        .update();
    jdbc.sql("analyze").update();
  }
}
