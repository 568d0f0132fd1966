package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
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

  private final Dialect dialect;
  private final Access access;
  private final Process process;
  private final Path log;

  private ScratchDatabase(Dialect dialect, Access access, Process process, Path log) {
    this.dialect = dialect;
    this.access = access;
    this.process = process;
    this.log = log;
  }

  /** Starts a database on data in its place. */
  static ScratchDatabase start(Dialect dialect, Home home, PlannedNode node) throws IOException {
    List<String> command = new ArrayList<>(Binaries.politely());
    command.addAll(dialect.scratch(home, node));
    Path log = home.node(node.name()).resolve("conf").resolve("restore.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    ScratchDatabase database =
        new ScratchDatabase(dialect, dialect.scratchAccess(home, node), process, log);
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
          access.name() + " does not start on what was restored, see " + log);
    }
  }

  Access access() {
    return access;
  }

  /**
   * Makes it the primary that its cluster begins with: who was promoted before is forgotten, and
   * transactions are numbered on.
   */
  void lead(String position) throws IOException {
    new Sql(access(), 60).run(dialect.lead(position));
  }

  /** Stops it in order: all is on the disk after that. */
  void stop() throws IOException {
    new Sql(access(), 60).run("SET GLOBAL innodb_fast_shutdown = 1; SHUTDOWN");
    try {
      if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new OperatorException(access.name() + " does not stop in order, see " + log);
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
