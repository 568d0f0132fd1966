package org.tanada.deploy.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.OperatorException;

/** Runs statements on a node by the database's own client. */
public final class Sql {
  private static final int SECONDS = 20;

  /** More than this is sent while the answers are read: neither side waits for the other. */
  private static final int PIPE = 32_768;

  private final Access access;
  private final int seconds;

  /** Statements as {@code root} on a node of our own. */
  public Sql(DatabaseFiles files) {
    this(files.access());
  }

  /** Statements for the given node. */
  public Sql(Access access) {
    this(access, SECONDS);
  }

  /** The same, with so much patience: a server that hangs takes connections, and says nothing. */
  public Sql(Access access, int seconds) {
    this.access = access;
    this.seconds = seconds;
  }

  /**
   * Runs statements.
   *
   * @return the rows, columns separated by tabs
   * @throws OperatorException with the server's words if it refuses
   */
  public List<String> run(String statements) throws IOException {
    return execute(statements, "--batch", "--skip-column-names");
  }

  /** Runs a statement that answers one row, as {@code SHOW … STATUS}: column name to value. */
  public Map<String, String> row(String statement) throws IOException {
    Map<String, String> row = new LinkedHashMap<>();
    for (String line : execute(statement, "--batch", "--vertical")) {
      int colon = line.indexOf(": ");
      if (colon > 0 && !line.startsWith("***")) {
        row.put(line.substring(0, colon).strip(), line.substring(colon + 2).strip());
      }
    }
    return row;
  }

  private static void send(Process process, String statements) {
    try (var in = process.getOutputStream()) {
      in.write(statements.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // it has ended already: its words say why
    }
  }

  private List<String> execute(String statements, String... options) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(Binaries.need(access.client()), "--no-defaults", "--connect-timeout=2");
    builder.command().addAll(access.options());
    builder.command().addAll(List.of(options));
    builder.environment().put("MYSQL_PWD", access.secret());
    Process process = builder.redirectErrorStream(true).start();
    AtomicBoolean late = new AtomicBoolean();
    CompletableFuture<Void> limit =
        CompletableFuture.runAsync(
            () -> {
              late.set(true);
              process.destroyForcibly();
            },
            CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS));
    try {
      if (statements.length() < PIPE) {
        send(process, statements);
      } else {
        Thread.ofPlatform().daemon().start(() -> send(process, statements));
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = process.waitFor();
      if (late.get()) {
        throw new OperatorException(access.name() + " does not answer its client");
      }
      if (code != 0) {
        throw new OperatorException(
            access.name() + ": " + output.lines().findFirst().orElse("no answer"));
      }
      return output.lines().toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      limit.cancel(false);
      process.destroyForcibly();
    }
  }
}
