package org.tanada.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Real servers for the tests of this run: two MariaDB clusters (the first with a replica) and two
 * memcached nodes, in a temporary directory, on free ports, ended by their process when the JVM
 * ends.
 */
final class Servers {
  static final String PASSWORD = "a-password-of-the-tests-only";

  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

  private static Servers shared;

  final Path directory;
  final Path template;
  final Database one;
  final Database replica;
  final Database two;
  final List<Memcached> memcached = new ArrayList<>();

  private final List<Process> processes = new ArrayList<>();

  private Servers() throws Exception {
    directory = Files.createTempDirectory("tanada-router-test");
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    template = directory.resolve("template");
    install(template);
    one = new Database("mysql-1-a", 1, template);
    replica = new Database("mysql-1-b", 1, template);
    two = new Database("mysql-2-a", 2, template);
    one.start();
    two.start();
    replica.start();
    for (int i = 1; i <= 2; i++) {
      Memcached node = new Memcached("memcached-" + i);
      node.start();
      memcached.add(node);
    }
    for (Database database : List.of(one, two, replica)) {
      database.awaitUp();
      database.makeAccount();
    }
    replica.follow(one);
  }

  /** The servers of this run, started at the first call. */
  static synchronized Servers get() {
    if (shared == null) {
      try {
        shared = new Servers();
      } catch (Exception e) {
        throw new IllegalStateException("the servers of the tests do not start", e);
      }
    }
    return shared;
  }

  /** An inventory of the given lines in a new file. */
  Path inventory(String text) {
    try {
      Path file = Files.createTempFile(directory, "inventory", ".yml");
      Files.writeString(file, text);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All servers. */
  String everything() {
    return "mysql-1:\n"
        + one.line()
        + replica.line()
        + "mysql-2:\n"
        + two.line()
        + "memcached:\n"
        + memcached.get(0).line()
        + memcached.get(1).line();
  }

  /** Waits for a condition. */
  static void await(String what, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError("not within 30 s: " + what, last);
  }

  /**
   * A port that nobody listens on; never the same one twice, though the system may offer it again.
   */
  static int freePort() {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0)) {
        if (PORTS.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void install(Path data) throws Exception {
    Path temporary = Files.createDirectories(data.resolveSibling("install-tmp"));
    Process process =
        new ProcessBuilder(
                binary("mariadb-install-db"),
                "--no-defaults",
                "--datadir=" + data,
                "--tmpdir=" + temporary,
                "--auth-root-authentication-method=normal",
                "--skip-test-db")
            .redirectErrorStream(true)
            .redirectOutput(data.resolveSibling("install.log").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IllegalStateException(
          "mariadb-install-db failed: " + Files.readString(data.resolveSibling("install.log")));
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

  private synchronized Process run(Path log, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    processes.add(process);
    return process;
  }

  private synchronized void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("left behind: " + directory);
    }
  }

  /** One MariaDB server. */
  final class Database {
    final String name;
    final int port = freePort();
    private final int domain;
    private final Path data;
    private final Path log;
    private final int serverId;
    private Process process;

    Database(String name, int domain, Path template) throws IOException {
      this.name = name;
      this.domain = domain;
      this.data = directory.resolve(name);
      this.log = directory.resolve(name + ".log");
      this.serverId = name.endsWith("b") ? 2 : 1;
      try (Stream<Path> files = Files.walk(template)) {
        for (Path file : files.toList()) {
          Files.copy(file, data.resolve(template.relativize(file)));
        }
      }
    }

    void start() throws IOException {
      process =
          run(
              log,
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
                  "--server-id=" + serverId));
    }

    /** Waits until it answers. */
    void awaitUp() {
      await(
          name + " is up",
          () -> {
            try (Connection connection = connect("root", "")) {
              return connection.isValid(1);
            }
          });
    }

    /** Makes the account that the router uses. */
    void makeAccount() {
      // in no binary log: a replica with positions of its own would stop following
      root(
          "SET SESSION sql_log_bin = 0",
          "CREATE USER tanada@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'",
          "GRANT ALL ON `tanada\\_%`.* TO tanada@'127.0.0.1'",
          "GRANT SLAVE MONITOR ON *.* TO tanada@'127.0.0.1'");
    }

    void follow(Database primary) {
      root("RESET MASTER");
      root("SET GLOBAL gtid_slave_pos = ''");
      root(
          "CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT="
              + primary.port
              + ", MASTER_USER='root', MASTER_PASSWORD='', MASTER_USE_GTID=slave_pos,"
              + " MASTER_CONNECT_RETRY=1");
      root("SET GLOBAL read_only = 1");
      root("START SLAVE");
    }

    /** Runs statements as the operator, on one connection. */
    void root(String... statements) {
      try (Connection connection = connect("root", "");
          Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      } catch (SQLException e) {
        throw new IllegalStateException(String.join("; ", statements), e);
      }
    }

    Connection connect(String user, String password) throws SQLException {
      return DriverManager.getConnection(
          String.format(
              Locale.ROOT,
              "jdbc:mysql://127.0.0.1:%d/?sslMode=DISABLED&allowPublicKeyRetrieval=true",
              port),
          user,
          password);
    }

    void kill() {
      process.destroyForcibly().onExit().join();
    }

    String line() {
      return "  - {name: " + name + ", address: \"mysql://127.0.0.1:" + port + "\"}\n";
    }
  }

  /** One memcached. */
  final class Memcached {
    final String name;
    final int port = freePort();
    private Process process;

    Memcached(String name) {
      this.name = name;
    }

    void start() throws IOException {
      process =
          run(
              directory.resolve(name + ".log"),
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
      await(
          name + " is up",
          () -> {
            try (Socket socket = new Socket()) {
              socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
              return true;
            }
          });
    }

    void kill() {
      process.destroyForcibly().onExit().join();
    }

    long pid() {
      return process.pid();
    }

    String line() {
      return "  - {name: " + name + ", address: \"memcached://127.0.0.1:" + port + "\"}\n";
    }
  }
}
