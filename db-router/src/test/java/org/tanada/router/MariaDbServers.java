package org.tanada.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** MariaDB and memcached as processes of this machine's packages, in a temporary directory. */
final class MariaDbServers extends Servers {
  private final Path template = directory.resolve("template");
  private final List<Process> processes = new ArrayList<>();
  private final AtomicInteger domains = new AtomicInteger(10);
  private final MariaDb one;
  private final MariaDb replica;
  private final MariaDb two;
  private final List<Memcached> memcached = new ArrayList<>();

  MariaDbServers() throws Exception {
    install();
    one = new MariaDb("mysql-1-a", 1, null);
    replica = new MariaDb("mysql-1-b", 1, one);
    two = new MariaDb("mysql-2-a", 2, null);
    for (int i = 1; i <= 2; i++) {
      memcached.add(new NativeMemcached("memcached-" + i));
    }
    List<Server> all = new ArrayList<>(List.of(one, two, replica));
    all.addAll(memcached);
    for (Server server : all) {
      server.start();
    }
    all.forEach(Server::awaitUp);
  }

  @Override
  Database one() {
    return one;
  }

  @Override
  Database replica() {
    return replica;
  }

  @Override
  Database two() {
    return two;
  }

  @Override
  Database fresh(String name) throws IOException {
    Database database = new MariaDb(name, domains.incrementAndGet(), null);
    database.start();
    database.awaitUp();
    return database;
  }

  @Override
  List<Memcached> memcached() {
    return memcached;
  }

  @Override
  synchronized void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
  }

  private void install() throws Exception {
    Path log = directory.resolve("install.log");
    Process process =
        new ProcessBuilder(
                binary("mariadb-install-db"),
                "--no-defaults",
                "--datadir=" + template,
                "--tmpdir=" + Files.createDirectory(directory.resolve("install-tmp")),
                "--auth-root-authentication-method=normal",
                "--skip-test-db")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException("mariadb-install-db failed: " + Files.readString(log));
    }
  }

  private static String binary(String name) {
    for (String folder : List.of("/usr/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/sbin")) {
      Path candidate = Path.of(folder, name);
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new IllegalStateException(
        name
            + " is missing: install the packages mariadb-server-core, mariadb-client and memcached");
  }

  private static void signal(Process process, String signal) {
    try {
      int code = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -" + signal + " failed with " + code);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private synchronized Process run(String name, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private final class MariaDb extends Database {
    private final int domain;
    private final MariaDb primary;
    private final Path data;
    private Process process;
    private boolean prepared;

    MariaDb(String name, int domain, MariaDb primary) throws IOException {
      super(name);
      this.domain = domain;
      this.primary = primary;
      Path first = directory.resolve(name);
      this.data = // a test may be repeated
          Files.exists(first.resolve("mysql"))
              ? Files.createTempDirectory(directory, name + "-")
              : first;
      try (Stream<Path> files = Files.walk(template)) {
        for (Path file : files.toList()) {
          Path copy = data.resolve(template.relativize(file));
          if (Files.isDirectory(file)) {
            Files.createDirectories(copy); // a test may have mounted something there
          } else {
            Files.copy(file, copy);
          }
        }
      }
    }

    @Override
    void start() throws IOException {
      process =
          MariaDbServers.this.run(
              name,
              List.of(
                  binary("mariadbd"),
                  "--no-defaults",
                  "--user=root",
                  "--datadir=" + data,
                  "--tmpdir=" + directory,
                  "--bind-address=127.0.0.1",
                  "--port=" + port,
                  "--socket=" + directory.resolve(name + ".sock"),
                  "--pid-file=" + directory.resolve(name + ".pid"),
                  "--skip-name-resolve",
                  "--performance-schema=OFF",
                  "--innodb-buffer-pool-size=32M",
                  "--innodb-log-file-size=16M",
                  "--innodb-flush-log-at-trx-commit=2",
                  "--table-open-cache=2000",
                  "--log-bin=binlog",
                  "--log-slave-updates=ON",
                  "--binlog-format=ROW",
                  "--gtid-domain-id=" + domain,
                  "--gtid-strict-mode=ON",
                  "--skip-slave-start",
                  "--server-id=" + (primary == null ? 1 : 2)));
    }

    @Override
    void awaitUp() {
      await(
          name + " is up",
          () -> {
            try (Connection connection = connect("root", "")) {
              return connection.isValid(1);
            }
          });
      if (!prepared) {
        makeAccount();
        prepared = true;
        if (primary != null) {
          follow();
        }
      }
      if (primary != null) {
        root("SET GLOBAL read_only = 1", "START SLAVE");
      }
    }

    /** Makes the account that the router uses. */
    private void makeAccount() {
      // in no binary log: a replica with positions of its own would stop following
      root(
          "SET SESSION sql_log_bin = 0",
          "CREATE USER tanada@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'",
          "GRANT ALL ON `tanada\\_%`.* TO tanada@'127.0.0.1'",
          "GRANT SLAVE MONITOR, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO tanada@'127.0.0.1'");
    }

    private void follow() {
      root(
          "RESET MASTER",
          "SET GLOBAL gtid_slave_pos = ''",
          "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT="
              + primary.port
              + ", MASTER_USER='root', MASTER_PASSWORD='', MASTER_USE_GTID=slave_pos,"
              + " MASTER_CONNECT_RETRY=1");
    }

    @Override
    void stopApplying() {
      root("STOP SLAVE SQL_THREAD");
    }

    @Override
    void resumeApplying() {
      root("START SLAVE SQL_THREAD");
    }

    @Override
    void writable(boolean writable) {
      root("SET GLOBAL read_only = " + (writable ? 0 : 1));
    }

    @Override
    void stopFollowing() {
      root("STOP SLAVE", "RESET SLAVE ALL");
    }

    @Override
    void follow(Database other) {
      root(
          "SET GLOBAL read_only = 1",
          "STOP SLAVE",
          "SET GLOBAL gtid_slave_pos = @@global.gtid_current_pos",
          "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT="
              + other.port
              + ", MASTER_USER='root', MASTER_PASSWORD='', MASTER_USE_GTID=slave_pos,"
              + " MASTER_CONNECT_RETRY=1",
          "START SLAVE");
    }

    @Override
    void forgetErrant() {
      root(
          "STOP SLAVE",
          "SET @position = @@global.gtid_slave_pos",
          "RESET MASTER",
          "SET GLOBAL gtid_slave_pos = @position",
          "START SLAVE");
    }

    @Override
    void root(String... statements) {
      try (Connection connection = connect("root", "")) {
        run(connection, statements);
      } catch (SQLException e) {
        throw new IllegalStateException(String.join("; ", statements), e);
      }
    }

    @Override
    void kill() {
      process.destroyForcibly().onExit().join();
    }

    @Override
    void hang() {
      signal(process, "STOP");
    }

    @Override
    void resume() {
      signal(process, "CONT");
    }

    @Override
    void remove() {
      kill();
    }
  }

  private final class NativeMemcached extends Memcached {
    private Process process;

    NativeMemcached(String name) {
      super(name);
    }

    @Override
    void start() throws IOException {
      process =
          run(
              name,
              List.of(
                  binary("memcached"),
                  "-u",
                  "root",
                  "-l",
                  "127.0.0.1",
                  "-p",
                  String.valueOf(port),
                  "-U",
                  "0",
                  "-m",
                  "16"));
    }

    @Override
    void kill() {
      process.destroyForcibly().onExit().join();
    }

    @Override
    void hang() {
      signal(process, "STOP");
    }

    @Override
    void resume() {
      signal(process, "CONT");
    }
  }
}
