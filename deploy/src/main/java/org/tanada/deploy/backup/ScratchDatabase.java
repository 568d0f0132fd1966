package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/**
 * A database that works on restored data alone: it has no network and no log, and syncs nothing
 * before its end, since it can be made again.
 */
final class ScratchDatabase implements AutoCloseable {
  private static final int SECONDS_TO_START = 300;
  private static final int SECONDS_TO_STOP = 120;

  private final DatabaseFiles files;
  private final Process process;
  private final Path log;

  private ScratchDatabase(DatabaseFiles files, Process process, Path log) {
    this.files = files;
    this.process = process;
    this.log = log;
  }

  /**
   * Makes a copy of a database's files usable.
   *
   * @param copy as mariadb-backup made it
   */
  static void prepare(Path copy, String cluster) throws IOException {
    Program done =
        Program.run(
            null,
            java.util.Map.of(),
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

  /** Starts a database on data in its place. */
  static ScratchDatabase start(Home home, PlannedNode node) throws IOException {
    DatabaseFiles files = new DatabaseFiles(home, node);
    Path data = home.node(node.name()).resolve("data");
    Path mark = data.resolve("tanada-initialised");
    if (!Files.exists(mark)) {
      Files.createFile(mark);
    }
    files.prepare();
    List<String> command = new ArrayList<>(Binaries.politely());
    command.addAll(files.command());
    command.addAll(
        List.of(
            "--skip-networking",
            "--skip-log-bin",
            "--skip-slave-start",
            "--read-only=0",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-doublewrite=0"));
    Path log = home.node(node.name()).resolve("conf").resolve("restore.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    ScratchDatabase database = new ScratchDatabase(files, process, log);
    try {
      database.awaitStart();
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    return database;
  }

  private void awaitStart() throws IOException {
    boolean up =
        Control.await(
            SECONDS_TO_START,
            () -> {
              try {
                return !process.isAlive() || new Sql(access(), 5).run("SELECT 1").size() == 1;
              } catch (IOException | OperatorException e) {
                return false; // not yet
              }
            });
    if (!up || !process.isAlive()) {
      throw new OperatorException(
          files.name() + " does not start on what was restored, see " + log);
    }
  }

  Access access() {
    return files.access();
  }

  /**
   * Makes it the primary that its cluster begins with: who was promoted before is forgotten, and
   * transactions are numbered on.
   */
  void lead(String position) throws IOException {
    new Sql(access(), 60)
        .run(
            "STOP SLAVE; RESET SLAVE ALL; DROP DATABASE IF EXISTS tanada_cluster;"
                + " SET GLOBAL gtid_slave_pos = '"
                + position
                + "';");
  }

  /** Stops it in order: all is on the disk after that. */
  void stop() throws IOException {
    new Sql(access(), 60).run("SET GLOBAL innodb_fast_shutdown = 1; SHUTDOWN");
    try {
      if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new OperatorException(files.name() + " does not stop in order, see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    StateFiles.privateDirectory(StateFiles.parent(log));
  }

  /** Returns when it is gone: its files can be deleted. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
