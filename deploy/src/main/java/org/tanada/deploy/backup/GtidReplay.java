package org.tanada.deploy.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.OperatorException;

/**
 * Brings a restored MySQL server to a set of GTIDs by the logs of one node of its cluster: a member
 * logs what it receives, too, so those of any member lead on. Each file begins with the set that
 * came before it, by which it is known whether it goes on from what the server has.
 */
final class GtidReplay {
  private static final String BEFORE = "Previous-GTIDs";
  private static final Pattern STAMP = Pattern.compile("# original_commit_timestamp=([0-9]+) .*");
  private static final Pattern GTID =
      Pattern.compile("SET @@SESSION\\.GTID_NEXT= '([0-9a-f-]{36}:[^']+)'.*");

  private final Path directory;
  private final Path words;

  /**
   * A replay.
   *
   * @param directory of a cluster's logs, see {@link LogShipper}
   * @param words a file for what the tool says
   */
  GtidReplay(Path directory, Path words) {
    this.directory = directory;
    this.words = words;
  }

  /**
   * Replays until the server has exactly that set, and what was committed since until the cut.
   *
   * @param cut by the clock of the primary of then; null for nothing more than the set
   * @throws OperatorException if the server has more than that, or no node's logs lead there
   */
  void run(Access to, String until, @Nullable Instant cut) throws IOException {
    Sql sql = new Sql(to);
    String why = "there are none";
    for (Path node : LogReplay.nodes(directory)) {
      List<Path> files = from(sql, node);
      if (files.isEmpty()) {
        why = "those of " + node.getFileName() + " begin after it";
        continue;
      }
      String whole = cut == null ? until : with(sql, until, committed(files, until, cut));
      refuseMore(sql, to, whole);
      String said = missing(sql, whole).isEmpty() ? "" : apply(to, files, whole);
      String missing = missing(sql, whole);
      if (missing.isEmpty()) {
        return;
      }
      why = "those of %s lack %s (%s)".formatted(node.getFileName(), missing, said);
    }
    throw new OperatorException(
        "%s cannot be brought from its copy to %s by its logs: %s"
            .formatted(to.name(), until, why));
  }

  private static void refuseMore(Sql sql, Access to, String whole) throws IOException {
    String more =
        one(sql, "SELECT REPLACE(GTID_SUBTRACT(@@global.gtid_executed, '%s'), '\\n', '')", whole);
    if (!more.isEmpty()) {
      throw new OperatorException(
          "the copy of %s is younger than that moment, it has %s, too: name a later moment"
              .formatted(to.name(), more));
    }
  }

  private static String with(Sql sql, String set, List<String> more) throws IOException {
    List<String> all = new ArrayList<>(more);
    if (!set.isBlank()) {
      all.add(set);
    }
    String joined = String.join(",", all);
    return one(sql, "SELECT REPLACE(GTID_SUBTRACT('%s', ''), '\\n', '')", joined);
  }

  /** What the files have of a time until the cut, without what is in the set. */
  private static List<String> committed(List<Path> files, String set, Instant cut)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Binaries.need("mysqlbinlog"),
                "--no-defaults",
                "--base64-output=DECODE-ROWS",
                "--exclude-gtids=" + set));
    files.forEach(file -> command.add(file.toString()));
    return read(command, lines -> committed(lines, cut));
  }

  /** The same of what the tool prints: each transaction says when it was committed at first. */
  static List<String> committed(BufferedReader lines, Instant cut) throws IOException {
    List<String> gtids = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher stamp = STAMP.matcher(line);
      Matcher gtid = GTID.matcher(line);
      if (stamp.matches()
          && Instant.EPOCH.plus(Long.parseLong(stamp.group(1)), ChronoUnit.MICROS).isAfter(cut)) {
        return gtids; // they are in the order of their commits
      }
      if (gtid.matches()) {
        gtids.add(gtid.group(1));
      }
    }
    return gtids;
  }

  private static String missing(Sql sql, String until) throws IOException {
    return one(
        sql, "SELECT REPLACE(GTID_SUBTRACT('%s', @@global.gtid_executed), '\\n', '')", until);
  }

  /** An empty answer is no line at all. */
  private static String one(Sql sql, String question, String set) throws IOException {
    List<String> answer = sql.run(question.formatted(set));
    return answer.isEmpty() ? "" : answer.getFirst().strip();
  }

  /** The files of a node from the newest one on before which nothing lacks; none if all do. */
  private static List<Path> from(Sql sql, Path node) throws IOException {
    List<Path> all = LogShipper.logs(node).map(node::resolve).toList();
    for (int i = all.size() - 1; i >= 0; i--) {
      Optional<String> before = before(all.get(i));
      if (before.isPresent() && missing(sql, before.get()).isEmpty()) {
        return all.subList(i, all.size());
      }
    }
    return List.of();
  }

  /** The GTIDs before a file's first transaction; empty if it was cut before it says so. */
  private static Optional<String> before(Path file) throws IOException {
    return read(
        List.of(Binaries.need("mysqlbinlog"), "--no-defaults", file.toString()),
        GtidReplay::before);
  }

  /** What is taken from the lines that a tool prints. */
  private interface Reading<T> {
    T of(BufferedReader lines) throws IOException;
  }

  private static <T> T read(List<String> command, Reading<T> reading) throws IOException {
    Process reader = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(reader.getInputStream(), StandardCharsets.UTF_8))) {
      return reading.of(lines);
    } finally {
      reader.destroyForcibly(); // the rest of it is not read
    }
  }

  /** The same of what the tool prints. */
  static Optional<String> before(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.contains(BEFORE)) {
      line = lines.readLine();
    }
    if (line == null) {
      return Optional.empty();
    }
    StringBuilder set = new StringBuilder();
    for (line = lines.readLine();
        line != null && line.matches("# [0-9a-f-]{36}:.*");
        line = lines.readLine()) {
      set.append(line.substring(2).strip());
    }
    return Optional.of(set.toString());
  }

  /** Applies what is within the set and not there yet; says what the tool said. */
  private String apply(Access to, List<Path> files, String until) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(Binaries.need("mysqlbinlog"), "--no-defaults", "--include-gtids=" + until));
    files.forEach(file -> command.add(file.toString()));
    // the last event of the newest file may be cut, which ends the tool with an error: what counts
    // is what the server has afterwards
    return LogReplay.pipe(command, to, words).said();
  }
}
