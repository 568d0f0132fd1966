package org.tanada.deploy.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.tanada.deploy.backup.TimeIndex.Row;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.state.OperatorException;

/** Asks a database again and again how far it is, by one client that stays connected. */
final class Question implements AutoCloseable {
  private final String node;
  private final String question;
  private final Process client;
  private final BufferedReader reader;

  /**
   * Begins to ask.
   *
   * @param question see {@link Dialect#question}
   */
  Question(Access access, String question) throws IOException {
    this.question = question;
    node = access.name();
    ProcessBuilder builder =
        new ProcessBuilder(
            Binaries.need(access.client()),
            "--no-defaults",
            "--connect-timeout=2",
            "--batch",
            "--skip-column-names",
            "--unbuffered");
    builder.command().addAll(access.options());
    builder.environment().put("MYSQL_PWD", access.secret());
    client = builder.redirectErrorStream(true).start();
    reader =
        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * How far it is.
   *
   * @param writable whether it is the primary
   * @param file the log that it writes
   * @param offset its length, or more than what the row's position needs of it
   */
  record Answer(Row row, boolean writable, String file, long offset) {}

  /**
   * Asks.
   *
   * @throws OperatorException if it does not answer in time
   */
  Answer ask(Duration patience) throws IOException {
    OutputStream out = client.getOutputStream();
    try {
      out.write(question.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new OperatorException(node + " does not answer its client", e);
    }
    long end = System.nanoTime() + patience.toNanos();
    String[] state = line(end).split("\t", -1);
    String[] log = line(end).split("\t", -1);
    if (state.length < 3 || log.length < 2) {
      throw new OperatorException(node + ": " + String.join(" ", state));
    }
    return new Answer(
        new Row(Long.parseLong(state[0]), state[2]),
        state[1].equals("0"),
        log[0],
        Long.parseLong(log[1]));
  }

  private String line(long end) throws IOException {
    while (!reader.ready()) {
      if (System.nanoTime() > end || !client.isAlive()) {
        throw new OperatorException(node + " does not answer its client");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    String line = reader.readLine();
    if (line == null) {
      throw new OperatorException(node + " does not answer its client");
    }
    return line;
  }

  @Override
  public void close() {
    client.destroyForcibly();
  }
}
