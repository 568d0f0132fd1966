package org.tanada.router;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.tanada.router.topology.Dialect;

/**
 * Real servers for the tests of this run, on free ports of 127.0.0.1, ended when the JVM ends: two
 * clusters (the first with a replica) and two memcached nodes. The system property {@code
 * tanada.test.database} says which database.
 */
abstract sealed class Servers permits MariaDbServers, MySqlServers {
  /** Of all accounts. */
  static final String PASSWORD = "a-password-of-the-tests-only";

  /** The router's. */
  static final String ACCOUNT = "tanada";

  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

  private static Servers shared;
  private static boolean failed;

  /** For this run alone. */
  final Path directory;

  Servers() throws IOException {
    directory = Files.createTempDirectory("tanada-router-test");
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
  }

  /** The servers of this run, started at the first call. */
  static synchronized Servers get() {
    if (failed) { // another attempt would leave as many servers behind
      throw new IllegalStateException("the servers did not start: see the first test's error");
    }
    if (shared == null) {
      String database = System.getProperty("tanada.test.database", "mariadb");
      try {
        shared =
            switch (database) {
              case "mariadb" -> new MariaDbServers();
              case "mysql" -> new MySqlServers();
              default -> throw new IllegalArgumentException("no such database: " + database);
            };
      } catch (Exception e) {
        failed = true;
        throw new IllegalStateException("the servers of the tests do not start", e);
      }
    }
    return shared;
  }

  /** The primary of the first cluster. */
  abstract Database one();

  /** A replica of {@link #one()}. */
  abstract Database replica();

  /** The primary of the second cluster, which has no replica. */
  abstract Database two();

  /** The primary, in which nothing is yet, of a cluster of its own; whoever wants it removes it. */
  abstract Database fresh(String name) throws Exception;

  /** All memcached nodes. */
  abstract List<Memcached> memcached();

  /** Ends all servers. */
  abstract void close();

  /** An inventory of the given lines in a new file. */
  final Path inventory(String text) {
    try {
      Path file = Files.createTempFile(directory, "inventory", ".yml");
      Files.writeString(file, text);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The inventory of all databases. */
  final String databases() {
    return "mysql-1:\n" + one().line() + replica().line() + "mysql-2:\n" + two().line();
  }

  /** The inventory of all servers. */
  final String everything() {
    StringBuilder text = new StringBuilder(databases()).append("memcached:\n");
    memcached().forEach(node -> text.append(node.line()));
    return text.toString();
  }

  /** Waits for a condition. */
  static void await(String what, Callable<Boolean> condition) {
    await(what, Duration.ofMinutes(2), condition);
  }

  /** Waits for a condition that may take long. */
  static void await(String what, Duration most, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + most.toNanos();
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
    throw new AssertionError("not within " + most.toSeconds() + " s: " + what, last);
  }

  /**
   * A port that nobody listens on; never the same one twice, though the system may offer it again.
   */
  private static int freePort() {
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

  private void end() {
    close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException e) {
      System.err.println("left behind: " + directory);
    }
  }

  /** One server, which keeps its port and its data when it is killed and started again. */
  abstract static class Server {
    final String name;
    final int port = freePort();
    private final String scheme;

    Server(String name, String scheme) {
      this.name = name;
      this.scheme = scheme;
    }

    /** Starts it, and does not wait. */
    abstract void start() throws IOException;

    /** Waits until it answers, in its role. */
    abstract void awaitUp();

    /** Ends it at once, as a crash would. */
    abstract void kill();

    /** Stops it without ending it: it answers nothing, and has everything when it goes on. */
    abstract void hang();

    /** Takes {@link #hang()} back. */
    abstract void resume();

    /** Its line in an inventory. */
    final String line() {
      return "  - {name: %s, address: \"%s://127.0.0.1:%d\"}\n".formatted(name, scheme, port);
    }
  }

  /** One database server. */
  abstract static class Database extends Server {
    Database(String name) {
      super(name, "mysql");
    }

    /** Ends it for good. */
    abstract void remove();

    /** A replica goes on receiving, but applies nothing any more. */
    abstract void stopApplying();

    /** Takes {@link #stopApplying()} back. */
    abstract void resumeApplying();

    /** Runs statements as root, on one connection. */
    abstract void root(String... statements);

    /** Whether it takes writes. */
    abstract void writable(boolean writable);

    /** Follows another node, as a former primary does after a promotion. */
    abstract void follow(Database primary);

    /** Takes a transaction of this replica's own back, which {@code root} made. */
    abstract void forgetErrant();

    /** Begins a term of its own, after it has stopped following. */
    final void promote(long term) {
      stopFollowing();
      root(
          "CREATE DATABASE IF NOT EXISTS tanada_cluster",
          "CREATE TABLE IF NOT EXISTS tanada_cluster.term (term BIGINT PRIMARY KEY,"
              + " node VARCHAR(64) NOT NULL, began_at BIGINT NOT NULL)",
          "INSERT INTO tanada_cluster.term VALUES (" + term + ", '" + name + "', 0)");
      writable(true);
    }

    /** Ends being a replica. */
    abstract void stopFollowing();

    /** Connects with the router's account. */
    final Connection connect() throws SQLException {
      return connect(ACCOUNT, PASSWORD);
    }

    final Connection connect(String user, String password) throws SQLException {
      return DriverManager.getConnection(url(""), user, password);
    }

    /** Where JDBC finds a schema, or the server, if it is empty. */
    final String url(String schema) {
      return String.format(
          Locale.ROOT,
          "jdbc:mysql://127.0.0.1:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true",
          port,
          schema);
    }

    /** Runs statements with the router's account, on one connection. */
    final void run(String... statements) {
      try (Connection connection = connect()) {
        run(connection, statements);
      } catch (SQLException e) {
        throw new IllegalStateException(String.join("; ", statements), e);
      }
    }

    static void run(Connection connection, String... statements) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
    }

    /** What the server says that it speaks. */
    final Dialect dialect() throws SQLException {
      try (Connection connection = connect()) {
        return Dialect.of(connection.getMetaData().getDatabaseProductVersion());
      }
    }
  }

  /** One memcached. */
  abstract static class Memcached extends Server {
    Memcached(String name) {
      super(name, "memcached");
    }

    @Override
    final void awaitUp() {
      await(name + " is up", this::answers);
    }

    /** A connection alone says nothing: an engine's proxy takes it before the server is there. */
    private boolean answers() throws IOException {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        socket.setSoTimeout(1000);
        socket.getOutputStream().write("version\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readNBytes("VERSION".length());
        return new String(answer, StandardCharsets.US_ASCII).equals("VERSION");
      }
    }
  }
}
