package org.tanada.router.topology;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.network.SSLMode;
import com.mysql.cj.jdbc.MysqlDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.membership.Node;

/** One database server: a pool of connections, and what was last observed of it. */
public final class DatabaseNode implements AutoCloseable {
  /** An idle session of ours says something that often; the least that the pool allows. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(DatabaseNode.class);
  private static final int QUEUE_PER_CONNECTION = 8;
  private static final int ACCESS_DENIED_FOR_STATUS = 1227;

  private final Node node;
  private final TopologyProperties limits;
  private final DatabaseSecret secret;
  private final ClusterMemory memory;
  private @Nullable Connection probe;
  private boolean grouped; // what the probe is connected to is made to be a member of a group
  private @Nullable Lineage unjudged;
  private boolean errant;
  private volatile Observation observation = Observation.NONE;
  private volatile @Nullable Dialect dialect;
  private volatile @Nullable HikariDataSource pool;
  private volatile boolean led; // it was the primary when it answered last
  private volatile boolean closed;

  DatabaseNode(Node node, TopologyProperties limits, DatabaseSecret secret, ClusterMemory memory) {
    this.node = node;
    this.limits = limits;
    this.secret = secret;
    this.memory = memory;
  }

  /** Its name in the membership. */
  public String name() {
    return node.name();
  }

  Node node() {
    return node;
  }

  /** What was last seen of it. */
  public Observation observation() {
    return observation;
  }

  /**
   * Which of the two it is.
   *
   * @throws IllegalStateException if it was never reached
   */
  public Dialect dialect() {
    Dialect known = dialect;
    if (known == null) {
      throw new IllegalStateException(name() + " was never reached");
    }
    return known;
  }

  boolean isClosed() {
    return closed;
  }

  /** Connections in use now. */
  int busy() {
    HikariDataSource existing = pool;
    return existing == null || existing.getHikariPoolMXBean() == null
        ? 0
        : existing.getHikariPoolMXBean().getActiveConnections();
  }

  /**
   * A connection of the pool; closing it gives it back.
   *
   * @throws SQLException if there is none within the limits
   */
  public Connection connect() throws SQLException {
    if (dialect == null || closed) {
      throw new SQLTransientConnectionException(name() + " is not reached yet", "08001");
    }
    HikariDataSource open = pool();
    HikariPoolMXBean state = open.getHikariPoolMXBean();
    if (state != null
        && state.getThreadsAwaitingConnection() >= QUEUE_PER_CONNECTION * limits.poolSize()) {
      throw new SQLTransientConnectionException(name() + " is overloaded: too many wait for it");
    }
    return open.getConnection();
  }

  /**
   * Connections of their own to one schema (or none, if empty), for work that holds server-wide
   * locks or changes the connection, such as migrations.
   */
  public DataSource separate(String schema) throws SQLException {
    MysqlDataSource source = new MysqlDataSource();
    source.setUrl(url(schema, limits.connectTimeout(), Duration.ofMinutes(10), ""));
    source.setUser(limits.user());
    source.setPassword(secret.databasePassword());
    return source;
  }

  /** A client of its binary log, not yet connected and without a position. */
  public BinaryLogClient logClient() {
    URI address = node.address();
    BinaryLogClient client =
        new BinaryLogClient(
            address.getHost(), address.getPort(), limits.user(), secret.databasePassword());
    client.setSSLMode(SSLMode.DISABLED);
    // the client takes signing in for a part of connecting, and a busy server is slow at that
    client.setConnectTimeout(limits.connectTimeout().plus(limits.readTimeout()).toMillis());
    client.setKeepAlive(false); // whoever reads it knows where to begin anew
    return client;
  }

  /**
   * A caller met a failure: if the connection broke, the node is out until it is observed again.
   */
  public void failed(SQLException failure) {
    // Of a pool that is used up, or one statement that was too slow, the database may be well: if
    // it hangs the observer finds that out.
    if (SqlFailure.isConnection(failure)
        && !SqlFailure.isExhausted(failure)
        && !SqlFailure.isTimeout(failure)) {
      see(Observation.unreachable("a statement failed"));
    }
  }

  /**
   * Another node is primary in its place, and this one does not answer: whoever still waits for an
   * answer of it is told at once that the connection is lost, in place of after the read timeout.
   */
  void replaced() {
    if (!led || observation.reachable()) {
      return;
    }
    led = false;
    HikariDataSource hanging = pool;
    pool = null;
    if (hanging != null) {
      log.info("giving up the connections to {}, which another node has replaced", name());
      Thread.startVirtualThread(hanging::close); // aborts those in use
    }
  }

  /** Looks at the server once; never throws. */
  synchronized void observe() {
    if (closed) {
      return;
    }
    try {
      Observation seen = look();
      memory.seen(name(), seen);
      see(seen.reachable() && !seen.writable() && !grouped ? judge(seen) : seen);
    } catch (SQLException | RuntimeException e) {
      disconnectProbe();
      see(Observation.unreachable(firstLine(e)));
    }
  }

  /**
   * A client is told of a write.
   *
   * @param position of its commit, on this node
   */
  public void acknowledged(String position) {
    memory.acknowledged(observation.lineage().term(), dialect(), position);
  }

  /** A replica that has what its primary never had is not read. */
  private Observation judge(Observation seen) {
    Lineage replica = unjudged == null ? seen.lineage() : unjudged;
    Boolean now = memory.errant(dialect(), replica);
    unjudged = now == null ? replica : seen.lineage();
    errant = now == null ? errant : now;
    return errant ? seen.unfit("has transactions that its primary lacks") : seen;
  }

  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      disconnectProbe();
    }
    HikariDataSource existing = pool;
    if (existing != null) {
      existing.close();
    }
  }

  private Observation look() throws SQLException {
    Connection connection = probe;
    boolean first = connection == null;
    if (connection == null) {
      connection =
          DriverManager.getConnection(
              url("", limits.connectTimeout(), limits.watchTimeout(), ""), credentials());
      probe = connection;
    }
    try (Statement statement = connection.createStatement()) {
      Dialect spoken = dialect;
      if (spoken == null) {
        try (ResultSet version = statement.executeQuery("SELECT VERSION()")) {
          version.next();
          spoken = Dialect.of(version.getString(1));
          dialect = spoken;
        }
      }
      if (first) {
        grouped = GroupMember.is(statement, spoken);
      }
      boolean writable;
      String applied;
      String history;
      try (ResultSet seen = statement.executeQuery(spoken.observation())) {
        seen.next();
        writable = !seen.getBoolean(1);
        String set = seen.getString(2);
        applied = set == null ? "" : set.replace("\n", "");
        history = String.valueOf(seen.getString(3)).replace("\n", "");
      }
      if (grouped) {
        Observation member =
            GroupMember.observe(statement, name(), writable, history, limits.maxReplicaLag());
        if (member.writable() && memory.acknowledged() == null) {
          remember(statement, spoken, member.lineage().term());
        }
        return member;
      }
      Lineage lineage = lineage(statement, history);
      if (writable) {
        if (memory.acknowledged() == null) {
          remember(statement, spoken, lineage.term());
        }
        return new Observation(true, true, false, "", "").with(lineage);
      }
      return replica(statement, spoken, applied).with(lineage);
    }
  }

  /** What a router of before may have told clients of: all that is there now. */
  private void remember(Statement statement, Dialect spoken, long term) throws SQLException {
    try (ResultSet log = statement.executeQuery(spoken.log())) {
      log.next();
      String logged = log.getString(2).replace("\n", "");
      String newest = spoken.newestPosition(log.getString(1), logged);
      if (newest != null && spoken.covers(logged, newest)) {
        memory.acknowledged(term, spoken, newest);
      }
    }
  }

  private static Lineage lineage(Statement statement, String history) throws SQLException {
    long at = System.nanoTime();
    try (ResultSet newest = statement.executeQuery(Lineage.NEWEST)) {
      return newest.next()
          ? new Lineage(newest.getLong(1), newest.getString(2), history, at)
          : new Lineage(0, "", history, at);
    } catch (SQLException e) {
      if (SqlFailure.isMissingSchema(e)) {
        return new Lineage(0, "", history, at); // nobody was ever promoted here
      }
      throw e;
    }
  }

  private Observation replica(Statement statement, Dialect spoken, String applied)
      throws SQLException {
    try (ResultSet status = statement.executeQuery(spoken.replicaStatus())) {
      if (!status.next()) {
        return new Observation(true, false, false, applied, "read-only, but follows nobody");
      }
      Dialect.Replication replication = spoken.replication(status);
      if (!replication.running()) {
        return new Observation(true, false, false, applied, "replication stands still");
      }
      if (replication.lagSeconds() > limits.maxReplicaLag().toSeconds()) {
        return new Observation(
            true, false, false, applied, "too far behind", replication.lagSeconds(), Lineage.NONE);
      }
      return new Observation(
          true, false, true, applied, "", replication.lagSeconds(), Lineage.NONE);
    } catch (SQLException e) {
      if (e.getErrorCode() == ACCESS_DENIED_FOR_STATUS) {
        return new Observation(
            true, false, false, applied, "may not see the state of replication: grant it");
      }
      throw e;
    }
  }

  private void see(Observation now) {
    Observation before = observation;
    observation = now;
    if (now.reachable()) {
      led = now.writable();
    }
    if (!before.summary().equals(now.summary())) {
      log.info("database {} is {}", name(), now.summary());
    }
  }

  private synchronized HikariDataSource pool() throws SQLException {
    HikariDataSource existing = pool;
    if (existing != null) {
      return existing;
    }
    if (closed) {
      throw new SQLTransientConnectionException(name() + " has left", "08001");
    }
    HikariConfig config = new HikariConfig();
    config.setPoolName(name());
    config.setJdbcUrl(
        url(
                "",
                limits.connectTimeout(),
                limits.readTimeout(),
                dialect().sessionVariables() + ",wait_timeout=" + limits.silence().toSeconds())
            + "&allowMultiQueries=true"); // what belongs together goes in one round trip
    config.setUsername(limits.user());
    config.setPassword(secret.databasePassword());
    config.setMaximumPoolSize(limits.poolSize());
    config.setMinimumIdle(1);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(limits.acquireTimeout().toMillis());
    config.setValidationTimeout(Math.max(250, limits.watchTimeout().toMillis()));
    config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
    config.setKeepaliveTime(KEEP_ALIVE.toMillis());
    config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    HikariDataSource made = new HikariDataSource(config);
    pool = made;
    return made;
  }

  private String url(String schema, Duration connect, Duration read, String sessionVariables) {
    URI address = node.address();
    String variables = "innodb_lock_wait_timeout=" + limits.lockTimeout().toSeconds();
    if (!sessionVariables.isEmpty()) {
      variables = sessionVariables + "," + variables;
    }
    return String.format(
        Locale.ROOT,
        "jdbc:mysql://%s:%d/%s?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=%d"
            + "&socketTimeout=%d&trackSessionState=true&useLocalSessionState=true"
            + "&elideSetAutoCommits=true&maintainTimeStats=false&cachePrepStmts=true"
            + "&prepStmtCacheSize=256&prepStmtCacheSqlLimit=4096&characterEncoding=UTF-8"
            + "&sessionVariables=%s",
        address.getHost(),
        address.getPort(),
        schema,
        connect.toMillis(),
        read.toMillis(),
        variables);
  }

  private Properties credentials() {
    Properties properties = new Properties();
    properties.setProperty("user", limits.user());
    properties.setProperty("password", secret.databasePassword());
    return properties;
  }

  private void disconnectProbe() {
    Connection connection = probe;
    probe = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        log.debug("closing the connection to {} failed: {}", name(), e.toString());
      }
    }
  }

  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
