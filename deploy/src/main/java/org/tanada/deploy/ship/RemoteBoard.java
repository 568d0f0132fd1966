package org.tanada.deploy.ship;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.Ssh;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/** A board as ship sees it: the functions of {@code board.sh}, called over ssh. */
final class RemoteBoard implements AutoCloseable {
  private static final Duration SHORT = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final String END = "END_OF_INPUT";
  private static final String FUNCTIONS = functions();

  private final Ssh ssh;

  RemoteBoard(Ssh ssh) {
    this.ssh = ssh;
  }

  private static String functions() {
    try (InputStream in = RemoteBoard.class.getResourceAsStream("/ship/board.sh")) {
      if (in == null) {
        throw new IllegalStateException("/ship/board.sh is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Board board() {
    return ssh.board();
  }

  String name() {
    return ssh.board().name();
  }

  /** Facts, with those of the given programs that it lacks. */
  BoardFacts probe(Collection<String> programs) throws IOException {
    return BoardFacts.parse(call("probe " + String.join(" ", programs), SHORT));
  }

  /**
   * Brings a release unless it is there.
   *
   * @param outgoing a directory for links to what is sent
   * @return how many bytes were sent
   */
  long receive(Release release, Path outgoing) throws IOException {
    List<String> wanted =
        call(here("begin " + release.id(), release.manifest()), LONG).lines().toList();
    if (Files.exists(outgoing)) {
      StateFiles.deleteTree(outgoing);
    }
    long bytes = 0;
    for (String path : wanted) {
      Path link = outgoing.resolve(path);
      Files.createDirectories(StateFiles.parent(link));
      Files.createSymbolicLink(link, release.file(path).toAbsolutePath());
      bytes += Files.size(release.file(path));
    }
    if (!wanted.isEmpty()) {
      ssh.copy(outgoing, wanted, "/opt/tanada/releases/." + release.id(), LONG);
      StateFiles.deleteTree(outgoing);
    }
    call("finish " + release.id(), LONG);
    return bytes;
  }

  /** Writes on it which shelf it belongs to. */
  void belong(String shelf) throws IOException {
    call("belong " + shelf, SHORT);
  }

  /** Gives a node its secrets. */
  void secrets(PlannedNode node, Map<String, String> secrets) throws IOException {
    StringBuilder calls = new StringBuilder();
    secrets.forEach(
        (name, content) -> calls.append(here("secret " + node.name() + " " + name, content)));
    call(calls.toString(), SHORT);
  }

  /** Replaces its list of nodes; nginx follows. */
  void inventory(String yaml) throws IOException {
    call(here("inventory", yaml), SHORT);
  }

  /** The nodes that do not run that release's version of their files. */
  List<String> changed(String release) throws IOException {
    return call("changed " + release, SHORT).lines().toList();
  }

  /** Puts a release in force; nodes whose files changed begin anew. */
  void activate(String release) throws IOException {
    call("activate " + release, LONG);
  }

  /** Waits until its nodes run that release and are ready. */
  void await(String release, List<PlannedNode> nodes, Duration limit) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (PlannedNode node : nodes) {
      int port = node.kind().service() ? node.controlPort() : 0;
      String speaks = node.tls() ? "tls" : "plain";
      lines.append(node.name() + " " + node.host() + " " + port + " " + speaks + "\n");
    }
    call(here("await " + limit.toSeconds() + " " + release, lines.toString()), limit.plus(SHORT));
  }

  /** Whether services of a release that is there speak TLS. */
  boolean speaksTls(String release) throws IOException {
    return call("speaks " + release, SHORT).strip().equals("tls");
  }

  /** Asks for a page through the front door, which is on this board. */
  void front(int port, String path) throws IOException {
    call("front " + port + " " + path, SHORT);
  }

  /** What our own command beside a database of this board answers, as JSON. */
  String database(String node, List<String> words) throws IOException {
    return call("database " + node + " " + String.join(" ", words), SHORT.plus(SHORT));
  }

  /** Ends a database at once, and keeps it from coming back. */
  void fence(String node) throws IOException {
    call("fence " + node, SHORT);
  }

  /** Takes {@link #fence} back; does not wait for it. */
  void release(String node) throws IOException {
    call("release " + node, SHORT);
  }

  /** Starts a node anew; does not wait for it. */
  void again(String node) throws IOException {
    call("again " + node, SHORT);
  }

  /** Deletes releases that are neither named nor in use. */
  void sweep(Collection<String> kept) throws IOException {
    call("sweep " + String.join(" ", kept), LONG);
  }

  private static String here(String call, String input) {
    String lines = input.endsWith("\n") || input.isEmpty() ? input : input + "\n";
    return call + " <<'" + END + "'\n" + lines + END + "\n";
  }

  private String call(String call, Duration limit) throws IOException {
    return ssh.runAsRoot(FUNCTIONS + "\n" + call + "\n", limit);
  }

  @Override
  public void close() throws IOException {
    ssh.close();
  }
}
