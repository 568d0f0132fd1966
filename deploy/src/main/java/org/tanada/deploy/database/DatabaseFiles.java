package org.tanada.deploy.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;

/** One MariaDB node's private directory: data, configuration and the users it is born with. */
public final class DatabaseFiles {
  /** A Unix socket's path may have 107 bytes. */
  private static final int LONGEST_SOCKET = 107;

  private final Home home;
  private final PlannedNode node;
  private final DatabaseSettings machine;
  private final Secrets secrets;

  /** The files of a node of an installation. */
  public DatabaseFiles(Home home, PlannedNode node) {
    this(home, node, new Secrets(home), DatabaseSettings.SHARED);
  }

  /** The same with secrets kept elsewhere, on a machine of that kind. */
  public DatabaseFiles(Home home, PlannedNode node, Secrets secrets, DatabaseSettings machine) {
    this.home = home;
    this.node = node;
    this.secrets = secrets;
    this.machine = machine;
  }

  /** How a program on this machine gets into the server. */
  public Access access() {
    return Access.local(this, secrets);
  }

  /** The node's name. */
  public String name() {
    return node.name();
  }

  /** The node. */
  PlannedNode node() {
    return node;
  }

  Path data() {
    return home.node(node.name()).resolve("data");
  }

  /** The file with its settings. */
  public Path configuration() {
    return home.node(node.name()).resolve("conf").resolve("my.cnf");
  }

  private Path initFile() {
    return home.node(node.name()).resolve("conf").resolve("users.sql");
  }

  Path temporary() {
    return home.node(node.name()).resolve("tmp");
  }

  /**
   * The local socket: in the node's directory, or under a name made from that directory in a
   * private directory of {@code /tmp} when the path is too long for a socket.
   */
  Path socket() {
    Path near = home.node(node.name()).resolve("sock");
    if (near.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET) {
      return near;
    }
    String user = System.getProperty("user.name", "tanada");
    return Path.of(
        "/tmp/tanada-" + user,
        Integer.toHexString(home.directory().hashCode()) + "-" + node.name());
  }

  String rootPassword() throws IOException {
    return secrets.get(Secrets.DATABASE_ROOT_PASSWORD);
  }

  String replicationPassword() throws IOException {
    return secrets.get(Secrets.REPLICATION_PASSWORD);
  }

  /** Whether the data directory was made to the end. */
  public boolean initialised() {
    return Files.exists(data().resolve("tanada-initialised"));
  }

  private Path errant() {
    return home.node(node.name()).resolve("conf").resolve("errant");
  }

  /** Its data must not be served or followed with any more; says why. */
  public void markErrant(String why) throws IOException {
    StateFiles.write(errant(), why + "\n");
  }

  /**
   * Moves data that were marked aside, in place of those of before.
   *
   * @return where they are; empty if none were marked
   */
  public Optional<Path> putErrantAside() throws IOException {
    if (!Files.exists(errant())) {
      return Optional.empty();
    }
    Path aside = data().resolveSibling("data-errant");
    if (Files.exists(data())) {
      if (Files.exists(aside)) {
        StateFiles.deleteTree(aside);
      }
      Files.move(data(), aside);
    }
    Files.delete(errant());
    return Optional.of(aside);
  }

  /** Command that starts the server in the foreground. */
  public List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Binaries.need("mariadbd"));
    command.add("--defaults-file=" + configuration());
    command.add(DatabaseProfile.groupSuffix(node));
    command.addAll(asUser());
    return command;
  }

  /** As root the server refuses to run unless it is told to. */
  private static List<String> asUser() {
    return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
  }

  /** Writes the configuration, and makes the data directory if there is none. */
  public void prepare() throws IOException {
    for (Path directory :
        List.of(temporary(), StateFiles.parent(configuration()), StateFiles.parent(socket()))) {
      StateFiles.privateDirectory(directory);
    }
    StateFiles.write(initFile(), users());
    StateFiles.write(configuration(), settings());
    if (!initialised()) {
      initialise();
    }
  }

  private void initialise() throws IOException {
    if (Files.exists(data())) {
      StateFiles.deleteTree(data());
    }
    StateFiles.privateDirectory(data());
    List<String> command =
        new ArrayList<>(
            List.of(
                Binaries.need("mariadb-install-db"),
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--skip-name-resolve",
                "--force",
                "--datadir=" + data(),
                "--tmpdir=" + temporary(),
                "--innodb-buffer-pool-size=16M",
                "--innodb-log-file-size=32M"));
    command.addAll(asUser());
    Path log = home.node(node.name()).resolve("conf").resolve("init.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new OperatorException(name() + ": its data directory cannot be made, see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    Files.createFile(data().resolve("tanada-initialised"));
  }

  /**
   * Statements that every start runs before the first connection: which users there are. They are
   * kept out of the binary log, so that each node has them by itself and replicas hold no
   * transactions of their own.
   */
  private String users() throws IOException {
    String root = rootPassword();
    String tanada = secrets.get(Secrets.DATABASE_PASSWORD);
    String global =
        "REPLICATION SLAVE, BINLOG MONITOR, REPLICA MONITOR, REPLICATION SLAVE ADMIN, PROCESS, RELOAD";
    return String.join(
            "\n",
            "SET SESSION sql_log_bin=0;",
            "DELETE FROM mysql.global_priv WHERE User='' OR (User='root' AND Host<>'localhost');",
            "FLUSH PRIVILEGES;",
            "ALTER USER 'root'@'localhost' IDENTIFIED BY '" + root + "';",
            "CREATE USER IF NOT EXISTS 'tanada'@'%';",
            "ALTER USER 'tanada'@'%' IDENTIFIED BY '" + tanada + "';",
            "GRANT ALL PRIVILEGES ON `tanada\\_%`.* TO 'tanada'@'%';",
            "GRANT " + global + " ON *.* TO 'tanada'@'%';",
            "CREATE USER IF NOT EXISTS 'replication'@'%';",
            "ALTER USER 'replication'@'%' IDENTIFIED BY '" + replicationPassword() + "';",
            "GRANT REPLICATION SLAVE ON *.* TO 'replication'@'%';",
            "CREATE USER IF NOT EXISTS 'analyst'@'%';",
            "ALTER USER 'analyst'@'%' IDENTIFIED BY '"
                + secrets.get(Secrets.ANALYST_PASSWORD)
                + "' WITH MAX_USER_CONNECTIONS 5 MAX_STATEMENT_TIME 60;",
            "GRANT SELECT ON `tanada\\_all`.* TO 'analyst'@'%';")
        + "\n";
  }

  /** What the server is told in its configuration. */
  public String settings() {
    int cluster = Ports.cluster(node.tier());
    return """
    # Written by ./tanada at each start of %s.
    [mariadbd]
    datadir=%s
    socket=%s
    pid_file=%s
    tmpdir=%s
    init_file=%s
    bind_address=%s
    port=%d
    skip_name_resolve=1
    ssl=0
    # names and texts
    character_set_server=utf8mb4
    collation_server=utf8mb4_bin
    sql_mode=STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE
    default_time_zone=+00:00
    # an acknowledged transaction is on the disk
    innodb_flush_log_at_trx_commit=1
    sync_binlog=1
    # replication: by GTID, acknowledged by a replica before the client is
    server_id=%d
    gtid_domain_id=%d
    gtid_strict_mode=1
    log_bin=binlog
    log_slave_updates=1
    binlog_format=ROW
    binlog_row_image=FULL
    expire_logs_days=7
    max_binlog_size=64M
    relay_log=relay
    relay_log_recovery=1
    # whose turn it is to take writes, or to follow whom, is found out at each start (ClusterRole), as are receipts. Not set
    # here on purpose: rpl_semi_sync_slave_enabled makes a primary that was killed forget acknowledged transactions as it starts
    read_only=1
    skip_slave_start=1
    slave_parallel_threads=2
    slave_net_timeout=10
    rpl_semi_sync_master_wait_point=AFTER_SYNC
    rpl_semi_sync_master_timeout=2000
    # small
    performance_schema=0
    innodb_buffer_pool_size=%s
    innodb_log_file_size=32M
    innodb_log_buffer_size=4M
    key_buffer_size=1M
    aria_pagecache_buffer_size=4M
    table_open_cache=1000
    table_definition_cache=800
    max_connections=200
    max_allowed_packet=32M
    thread_cache_size=16
    wait_timeout=600
    %s\
    """
        .formatted(
            node.name(),
            data(),
            socket(),
            home.node(node.name()).resolve("mariadbd.pid"),
            temporary(),
            initFile(),
            node.host(),
            node.port(),
            10 * cluster + node.index(),
            cluster,
            machine.pool(),
            machine.profile().settings());
  }
}
