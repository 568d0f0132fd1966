package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A restic repository: a directory, {@code sftp:USER@HOST:/DIRECTORY} or {@code s3:URL/BUCKET}.
 *
 * <p>restic 0.14 (Debian 12) keeps a tree as it is named on its command line, so all paths are
 * given from the installation's directory on, and a backup can be restored wherever that was.
 */
final class Repository {
  /** Of snapshots with copies of the databases. */
  static final String BACKUP = "tanada-backup";

  /** Of snapshots with logs and files alone. */
  static final String LOGS = "tanada-logs";

  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final String FROM = "from=";
  private static final String TIMELINE = "timeline=";

  /** restic's code when a file was deleted while it was at work: the rest is saved. */
  private static final int GONE_MEANWHILE = 3;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What restic says of a file that it could not restore as it was. */
  private static final Pattern DAMAGED = Pattern.compile("ignoring error for (/[^:]*):");

  /** What restic's check says of the first thing that is wrong. */
  private static final Pattern FAULT =
      Pattern.compile("(?i)^(error|pack|tree|blob)\\b.*(error|match|damaged|invalid|not )");

  private static final Pattern NEWER = Pattern.compile("unsupported repository version ([0-9]+)");

  private final String address;
  private final Path password;
  private final Path cache;
  private final Map<String, String> environment;

  /** A repository with the password of an installation. */
  static Repository of(BackupFiles files, String address) throws IOException {
    Secrets secrets = new Secrets(files.home());
    return new Repository(
        address,
        secrets.file(Secrets.BACKUP_PASSWORD),
        files.cache(),
        environment(files.home().secrets().resolve(BackupSetup.ENVIRONMENT)));
  }

  /**
   * A repository.
   *
   * @param password the file with its password
   * @param cache a directory for what was read of it
   * @param environment what restic needs to get at it, such as keys of S3
   */
  Repository(String address, Path password, Path cache, Map<String, String> environment) {
    this.address = local(address) ? Path.of(address).toAbsolutePath().toString() : address;
    this.password = password;
    this.cache = cache;
    this.environment = Map.copyOf(environment);
  }

  static boolean local(String address) {
    return !address.matches("[a-z0-9]{2,8}:.*");
  }

  /** Whether it is a directory of this machine. */
  boolean local() {
    return local(address);
  }

  String address() {
    return address;
  }

  /** The operator's own file: lines of NAME=VALUE. */
  private static Map<String, String> environment(Path file) throws IOException {
    Map<String, String> environment = new HashMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          environment.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
      }
    }
    return environment;
  }

  /**
   * Something that was saved.
   *
   * @param id of restic
   * @param time when its making began
   * @param kind {@link #BACKUP} or {@link #LOGS}
   * @param from a backup's first moment
   * @param timeline the history that it belongs to
   */
  record Snapshot(String id, Instant time, String kind, Instant from, int timeline) {
    boolean backup() {
      return kind.equals(BACKUP);
    }
  }

  /** What a backup added. */
  record Saved(String snapshot, long bytesAdded, long files, double seconds) {}

  /**
   * Fails unless it is there and its password opens it.
   *
   * @throws OperatorException that says what is wrong
   */
  void need() throws IOException {
    need(asked());
  }

  /** Makes it, unless it is there. */
  void make() throws IOException {
    if (local() && !Files.isDirectory(Path.of(address))) {
      Files.createDirectories(Path.of(address));
    }
    Program asked = asked();
    if (asked.code() == 0) {
      return;
    }
    if (!asked.words().contains("Is there a repository at")) {
      throw failure(asked);
    }
    if (local() && !StateFiles.empty(Path.of(address))) {
      throw new OperatorException(
          address + " is neither empty nor a whole repository: name another directory, or mend it");
    }
    need(restic(Path.of("/"), "init"));
  }

  /** Makes it a copy of another one with the same password, whose backups it gets. */
  void copyOf(Repository other) throws IOException {
    String[] from = {
      "--from-repo", other.address, "--from-password-file", other.password.toString()
    };
    Program asked = asked();
    if (asked.words().contains("Is there a repository at")) {
      // the same cuts of files: what both have is recognised
      need(restic(Path.of("/"), with(from, "init", "--copy-chunker-params")));
    } else {
      need(asked);
    }
    need(restic(Path.of("/"), with(from, "copy", "--quiet")));
  }

  private static String[] with(String[] more, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** All that was saved, oldest first. */
  List<Snapshot> snapshots() throws IOException {
    List<Snapshot> snapshots = new ArrayList<>();
    for (JsonNode node :
        JSON.readTree(need(restic(Path.of("/"), "snapshots", "--json")).output())) {
      List<String> tags = new ArrayList<>();
      node.path("tags").forEach(tag -> tags.add(tag.asString()));
      String kind = tags.contains(BACKUP) ? BACKUP : tags.contains(LOGS) ? LOGS : "";
      if (!kind.isEmpty()) {
        snapshots.add(
            new Snapshot(
                node.path("short_id").asString(),
                Instant.parse(node.path("time").asString()),
                kind,
                value(tags, FROM).map(Instant::parse).orElse(Instant.MAX),
                value(tags, TIMELINE).map(Integer::parseInt).orElse(0)));
      }
    }
    snapshots.sort(Comparator.comparing(Snapshot::time));
    return snapshots;
  }

  private static Optional<String> value(List<String> tags, String name) {
    return tags.stream()
        .filter(tag -> tag.startsWith(name))
        .map(tag -> tag.substring(name.length()))
        .findFirst();
  }

  /**
   * Saves what the given paths hold.
   *
   * @param directory that they begin in
   */
  Saved save(Path directory, List<String> paths, String kind, int timeline, Instant from)
      throws IOException {
    // a lock that a dead process left is in the way of nobody but its own kind
    restic(directory, "unlock");
    List<String> command =
        new ArrayList<>(
            List.of(
                "backup",
                "--json",
                "--quiet",
                "--host",
                "tanada",
                "--tag",
                kind,
                "--tag",
                TIMELINE + timeline,
                "--exclude",
                "temporary",
                "--exclude",
                "part"));
    if (kind.equals(BACKUP)) {
      command.addAll(List.of("--tag", FROM + from));
    }
    command.addAll(paths);
    Program done = restic(directory, command.toArray(String[]::new));
    if (done.code() != GONE_MEANWHILE) {
      need(done);
    }
    JsonNode summary =
        done.output()
            .lines()
            .filter(line -> line.contains("\"summary\""))
            .map(JSON::readTree)
            .findFirst()
            .orElseThrow(() -> new OperatorException("restic has saved nothing: " + done.reason()));
    return new Saved(
        summary.path("snapshot_id").asString(),
        summary.path("data_added").asLong(),
        summary.path("total_files_processed").asLong(),
        summary.path("total_duration").asDouble());
  }

  /** The paths of everything that a snapshot has beneath a directory. */
  List<String> paths(String snapshot, String directory) throws IOException {
    Program done = restic(Path.of("/"), "ls", "--quiet", "--recursive", snapshot, directory);
    return need(done).output().lines().filter(line -> line.startsWith("/")).toList();
  }

  /** A file of a snapshot. */
  String read(String snapshot, String path) throws IOException {
    return need(restic(Path.of("/"), "dump", snapshot, path)).output();
  }

  /**
   * Restores what is beneath the given paths.
   *
   * @return the paths of files that are damaged: what is restored of them must not be used
   */
  List<String> restore(String snapshot, Path to, List<String> paths) throws IOException {
    List<String> command = new ArrayList<>(List.of("restore", snapshot, "--target", to.toString()));
    for (String path : paths) {
      command.addAll(List.of("--include", path));
    }
    Program done = restic(Path.of("/"), command.toArray(String[]::new));
    List<String> damaged = new ArrayList<>();
    Matcher matcher = DAMAGED.matcher(done.words());
    while (matcher.find()) {
      damaged.add(matcher.group(1));
    }
    if (done.code() != 0 && damaged.isEmpty()) {
      throw failure(done);
    }
    return damaged.stream().distinct().toList();
  }

  /** Forgets what is too old: 7 days, 4 weeks, 12 months are kept, and everything of a day. */
  void forget() throws IOException {
    need(
        restic(
            Path.of("/"),
            "forget",
            "--quiet",
            "--tag",
            BACKUP,
            "--group-by",
            "host",
            "--keep-within",
            "1d",
            "--keep-daily",
            "7",
            "--keep-weekly",
            "4",
            "--keep-monthly",
            "12"));
    need(
        restic(
            Path.of("/"),
            "forget",
            "--quiet",
            "--tag",
            LOGS,
            "--group-by",
            "host",
            "--keep-last",
            "2",
            "--keep-within-hourly",
            "7d"));
    need(restic(Path.of("/"), "prune", "--quiet"));
  }

  /**
   * Reads it and compares what it holds with its checksums.
   *
   * @param part as restic takes it: {@code 1/7}; empty for all
   * @return what is wrong; empty if nothing is
   */
  String check(String part) throws IOException {
    restic(Path.of("/"), "unlock");
    Program done =
        part.isEmpty()
            ? restic(Path.of("/"), "check", "--read-data")
            : restic(Path.of("/"), "check", "--read-data-subset=" + part);
    if (done.code() == 0) {
      return "";
    }
    String said = done.words() + "\n" + done.output();
    return said.lines()
        .map(String::strip)
        .filter(line -> FAULT.matcher(line).find())
        .findFirst()
        .orElseGet(() -> String.valueOf(failure(done).getMessage()));
  }

  /** The version of restic. */
  static String version() throws IOException {
    return Program.run(null, Map.of(), "restic", "version").output().strip();
  }

  /** Newer ones try for a quarter of an hour to get into a server that does not let them. */
  private Program asked() throws IOException {
    return restic(Path.of("/"), ANSWER, "cat", "config");
  }

  private Program restic(Path directory, String... arguments) throws IOException {
    return restic(directory, Program.UNLIMITED, arguments);
  }

  private Program restic(Path directory, Duration limit, String... arguments) throws IOException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("RESTIC_REPOSITORY", address);
    all.put("RESTIC_PASSWORD_FILE", password.toString());
    all.put("RESTIC_CACHE_DIR", cache.toString());
    all.put("GOGC", "20"); // half the memory, for some of the processor
    List<String> command = new ArrayList<>(List.of("restic"));
    command.addAll(List.of(arguments));
    return Program.run(directory, all, limit, command.toArray(String[]::new));
  }

  private Program need(Program done) {
    if (done.code() != 0) {
      throw failure(done);
    }
    return done;
  }

  private OperatorException failure(Program done) {
    String words = done.words();
    if (words.contains("wrong password")) {
      return new OperatorException(
          "the password of this installation does not open "
              + address
              + ": put the right one into "
              + password);
    }
    if (words.contains("already locked")) {
      return new OperatorException(
          address + " is in use by another restic: wait for its end (" + lockedBy(words) + ")");
    }
    Matcher newer = NEWER.matcher(words);
    if (newer.find()) {
      return new OperatorException(
          address
              + " is of a newer restic (repository version "
              + newer.group(1)
              + "): update restic here");
    }
    if (words.contains("no space left")) {
      return new OperatorException(
          address + " is full: make room there, then ./tanada backup goes on where it was");
    }
    if (words.contains("Is there a repository at")) {
      return new OperatorException(
          "there is no repository at " + address + ", or it lacks its config file");
    }
    return new OperatorException(address + ": " + done.reason());
  }

  private static String lockedBy(String words) {
    return words
        .lines()
        .filter(line -> line.contains("locked"))
        .map(line -> line.replaceFirst(".*locked", "locked").strip())
        .findFirst()
        .orElse("locked");
  }
}
