package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.state.OperatorException;

/** Brings a restored database on by the logs, from the position of its copy to another one. */
final class LogReplay {
  private final Path directory;
  private final Path words;

  /**
   * A replay.
   *
   * @param directory of a cluster's logs, see {@link LogShipper}
   * @param words a file for what the tool says
   */
  LogReplay(Path directory, Path words) {
    this.directory = directory;
    this.words = words;
  }

  /**
   * Replays. The logs of one node lead the whole way: of a replica, too, since it logs what it
   * receives. So after a change of the primary those of the new one are taken.
   */
  void run(Access to, String from, String until) throws IOException {
    if (from.equals(until)) {
      return;
    }
    String why = "there are none";
    for (Path node : nodes(directory)) {
      why = attempt(node, to, from, until);
      if (why.isEmpty()) {
        return;
      }
    }
    throw new OperatorException(
        "%s cannot be brought from %s to %s by its logs: %s"
            .formatted(to.name(), from, until, why));
  }

  /** Nodes whose logs were shipped, the newest first. */
  static List<Path> nodes(Path directory) throws IOException {
    List<Path> nodes = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> all = Files.list(directory)) {
        for (Path node : all.filter(Files::isDirectory).toList()) {
          if (LogShipper.logs(node).findAny().isPresent()) {
            nodes.add(node);
          }
        }
      }
    }
    nodes.sort(Comparator.comparing(LogReplay::changed).reversed());
    return nodes;
  }

  private static java.nio.file.attribute.FileTime changed(Path node) {
    try {
      String newest = LogShipper.logs(node).reduce((_, later) -> later).orElseThrow();
      return Files.getLastModifiedTime(node.resolve(newest));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * Replays the logs of one node.
   *
   * @return why they do not begin at or before the position; empty if they did, and all is done
   */
  private String attempt(Path node, Access to, String from, String until) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Binaries.need("mariadb-binlog"), "--no-defaults", "--stop-position=" + until));
    if (!from.isBlank()) {
      command.add("--start-position=" + from);
    }
    LogShipper.logs(node).forEach(name -> command.add(node.resolve(name).toString()));
    Piped piped = pipe(command, to, words);
    String said = piped.said();
    if (said.contains("missing data") || said.contains("never reached expected")) {
      return last(said);
    }
    if (piped.code() != 0 || said.contains("Did not reach")) {
      throw new OperatorException("the logs of " + to.name() + " end too early: " + last(said));
    }
    return "";
  }

  /**
   * What a tool that reads logs ended with.
   *
   * @param said its words
   */
  record Piped(int code, String said) {}

  /**
   * Gives a server what a tool reads from logs.
   *
   * @throws OperatorException if the server refuses any of it
   */
  static Piped pipe(List<String> command, Access to, Path words) throws IOException {
    ProcessBuilder reader = new ProcessBuilder(command).redirectError(words.toFile());
    ProcessBuilder client =
        new ProcessBuilder(Binaries.need(to.client()), "--no-defaults", "--binary-mode");
    client.command().addAll(to.options());
    client.environment().put("MYSQL_PWD", to.secret());
    client.redirectErrorStream(true);
    List<Process> pipe = ProcessBuilder.startPipeline(List.of(reader, client));
    try {
      String answer =
          new String(pipe.getLast().getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .strip();
      int applied = pipe.getLast().waitFor();
      int read = pipe.getFirst().waitFor();
      if (applied != 0) {
        throw new OperatorException(
            to.name() + " does not take its logs: " + answer.lines().findFirst().orElse(""));
      }
      return new Piped(read, Files.readString(words).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      pipe.forEach(Process::destroyForcibly);
    }
  }

  private static String last(String words) {
    return words.lines().reduce((_, later) -> later).orElse("no words");
  }
}
