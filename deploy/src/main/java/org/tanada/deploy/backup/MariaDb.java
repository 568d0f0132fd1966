package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/**
 * MariaDB as processes of this machine. It is copied by mariadb-backup: pages and redo log, no
 * statements. Its wait for the redo log holds commits up, so it is set to 50 ms in place of a
 * second.
 */
record MariaDb() implements Dialect {
  /** First the time: what was acknowledged until then is within the position. */
  private static final String ASK =
      "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000000 AS UNSIGNED), @@global.read_only,"
          + " @@global.gtid_binlog_pos; SHOW MASTER STATUS;\n";

  /** The position of the open snapshot in the server's own binary log; no lock is needed. */
  private static final String SNAPSHOT =
      """
      START TRANSACTION WITH CONSISTENT SNAPSHOT;
      SELECT BINLOG_GTID_POS(
        (SELECT variable_value FROM information_schema.session_status
          WHERE variable_name = 'BINLOG_SNAPSHOT_FILE'),
        (SELECT variable_value FROM information_schema.session_status
          WHERE variable_name = 'BINLOG_SNAPSHOT_POSITION'));
      """;

  @Override
  public String server() {
    return "mariadbd";
  }

  @Override
  public Map<String, String> tools() {
    return Map.of();
  }

  @Override
  public Access access(Home home, PlannedNode node) {
    return new DatabaseFiles(home, node).access();
  }

  @Override
  public boolean follows(Map<String, String> status) {
    return "Yes".equals(status.get("Slave_SQL_Running"))
        && "0".equals(status.get("Seconds_Behind_Master"));
  }

  @Override
  public String question() {
    return ASK;
  }

  @Override
  public String copy(BackupFiles files, PlannedNode node, Path to) throws IOException {
    Path data = files.home().node(node.name()).resolve("data");
    files.needRoom(bytes(data));
    Path options = to.resolveSibling(to.getFileName() + ".cnf");
    try {
      StateFiles.write(options, options(files.home(), node, data));
      Program done =
          Program.run(
              null,
              Map.of(),
              "mariadb-backup",
              "--defaults-file=" + options,
              "--backup",
              "--log-copy-interval=50",
              "--target-dir=" + to);
      if (done.code() != 0 || !done.words().contains("completed OK!")) {
        throw new OperatorException(node.name() + " cannot be copied: " + done.reason());
      }
    } finally {
      Files.deleteIfExists(options);
    }
    return position(to);
  }

  private String options(Home home, PlannedNode node, Path data) throws IOException {
    String socket =
        access(home, node).options().stream()
            .filter(option -> option.startsWith("--socket="))
            .map(option -> option.substring(2))
            .findFirst()
            .orElseThrow();
    return "[mariabackup]\n%s\nuser=root\npassword=\"%s\"\ndatadir=%s\n"
        .formatted(socket, new Secrets(home).get(Secrets.DATABASE_ROOT_PASSWORD), data);
  }

  /** Third of what the tool notes: file, offset, GTIDs. */
  private static String position(Path copy) throws IOException {
    Path noted = copy.resolve("xtrabackup_binlog_info");
    String[] parts = Files.readString(noted).strip().split("\t", -1);
    return parts.length < 3 ? "" : parts[2].replace("\n", "").strip();
  }

  private static long bytes(Path data) throws IOException {
    long needed = 0;
    try (Stream<Path> all = Files.walk(data)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        needed += file.getFileName().toString().matches("(binlog|relay).*") ? 0 : size(file);
      }
    }
    return needed;
  }

  /** Files come and go while a database works. */
  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (java.nio.file.NoSuchFileException e) {
      return 0;
    }
  }

  @Override
  public Duration settled() {
    return Duration.ZERO;
  }

  @Override
  public String snapshot() {
    return SNAPSHOT;
  }

  @Override
  public List<String> reader(PlannedNode node, int id) {
    return List.of(
        Binaries.need("mariadb-binlog"),
        "--no-defaults",
        "--protocol=tcp",
        "--host=" + node.host(),
        "--port=" + node.port(),
        "--user=replication",
        "--skip-ssl",
        "--stop-never-slave-server-id=" + id);
  }

  @Override
  public String readerPassword(Secrets secrets) throws IOException {
    return secrets.get(Secrets.REPLICATION_PASSWORD);
  }

  /** By the first event, which was made with the file. */
  @Override
  public boolean same(Home home, PlannedNode node, Path logs, String file) throws IOException {
    Path there = home.node(node.name()).resolve("data").resolve(file);
    return Files.exists(there) && java.util.Arrays.equals(head(there), head(logs.resolve(file)));
  }

  /** Magic number, time and kind of the first event. */
  private static byte[] head(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(13);
    }
  }

  @Override
  public void mark(Home home, PlannedNode node, Path logs) {
    // the logs themselves tell
  }

  @Override
  public void prepare(Path copy, String cluster) throws IOException {
    Program done =
        Program.run(
            null,
            Map.of(),
            "mariadb-backup",
            "--no-defaults",
            "--prepare",
            "--use-memory=64M",
            "--target-dir=" + copy);
    if (done.code() != 0 || !done.words().contains("completed OK!")) {
      throw new OperatorException(
          "the copy of " + cluster + " cannot be used: " + done.reason() + ": take another backup");
    }
  }

  @Override
  public List<String> scratch(Home home, PlannedNode node) throws IOException {
    DatabaseFiles files = new DatabaseFiles(home, node);
    Path mark = home.node(node.name()).resolve("data").resolve("tanada-initialised");
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
    files.prepare();
    List<String> command = new ArrayList<>(files.command());
    command.addAll(
        List.of(
            "--skip-networking",
            "--skip-log-bin",
            "--skip-slave-start",
            "--read-only=0",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-doublewrite=0"));
    return command;
  }

  @Override
  public Access scratchAccess(Home home, PlannedNode node) {
    return access(home, node);
  }

  @Override
  public String lead(String position) {
    return "STOP SLAVE; RESET SLAVE ALL; DROP DATABASE IF EXISTS tanada_cluster;"
        + " SET GLOBAL gtid_slave_pos = '"
        + position
        + "';";
  }

  @Override
  public void replay(
      Path logs, Path words, Access to, String from, String until, @Nullable Instant cut)
      throws IOException {
    new LogReplay(logs, words).run(to, from, until);
  }

  /** The number of the newest transaction. */
  @Override
  public long count(String position) {
    return position.isBlank()
        ? 0
        : List.of(position.split(",", -1)).stream()
            .mapToLong(gtid -> Long.parseLong(gtid.substring(gtid.lastIndexOf('-') + 1)))
            .max()
            .orElse(0);
  }
}
