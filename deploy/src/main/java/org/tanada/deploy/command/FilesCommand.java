package org.tanada.deploy.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.common.blob.FileMove;
import org.tanada.deploy.files.PurposeMove;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Purpose;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.TopologyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the files of each purpose are; moves them between disks and a bucket. */
@Command(
    name = "files",
    description = "Shows where the files of each purpose are; moves them while they are in use.",
    subcommands = FilesCommand.Move.class)
public final class FilesCommand extends Operation {
  private static final String TIER = "storage-";

  @Override
  public Integer call() throws Exception {
    launcher();
    Table table = new Table(List.of("PURPOSE", "NODES", "FILES", "BUCKET"), List.of(1));
    List<Shown> all = new ArrayList<>();
    for (Tier tier : TopologyFile.read(home.topology()).tiers()) {
      Purpose purpose = tier.purpose();
      if (purpose != null) {
        Shown shown =
            new Shown(
                Purpose.name(tier.name()),
                tier.nodes(),
                purpose.backend(),
                !purpose.writes().isEmpty(),
                purpose.s3().getOrDefault("bucket", ""));
        all.add(shown);
        table.row(
            List.of(
                shown.purpose(),
                String.valueOf(shown.nodes()),
                shown.moving() ? "moving to " + shown.backend() : shown.backend(),
                shown.bucket()),
            "");
      }
    }
    table.lines().forEach(this::say);
    all.stream()
        .filter(Shown::moving)
        .forEach(shown ->
            say(
                "%s is in both places: the command that moved it goes on, and the opposite one goes back"
                    .formatted(shown.purpose())));
    answer(Map.of("purposes", all));
    return DONE;
  }

  /** What {@code --json} answers of a purpose. */
  private record Shown(String purpose, int nodes, String backend, boolean moving, String bucket) {}

  /** Moves the files of a purpose. */
  @Command(
      name = "move",
      description = {
        "Moves the files of a purpose into a bucket, or to its nodes' disks, while they are in use.",
        "After whatever ended it, the same command goes on; the opposite one goes back."
      })
  static final class Move extends Operation {
    private static final String BUCKET = "s3://";

    /** Others look twice at a node that is back, once a second. */
    private static final Duration SEEN = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final long LINE_NANOS = Duration.ofSeconds(5).toNanos();

    @Parameters(paramLabel = "PURPOSE", description = "For example videos.")
    private String purpose = "";

    @Option(
        names = "--to",
        required = true,
        paramLabel = "PLACE",
        description = "s3://BUCKET, s3://BUCKET/PREFIX, or disk.")
    private String to = "";

    @Option(names = "--endpoint", description = "URL of the service; Amazon's unless given.")
    private @Nullable String endpoint;

    @Option(
        names = "--region",
        description = "Region that requests are signed for (${DEFAULT-VALUE}).")
    private String region = "us-east-1";

    @Option(
        names = "--path-style",
        description = "The bucket stands in the path, as most services but Amazon's want it.")
    private boolean pathStyle;

    @Option(
        names = "--credentials",
        paramLabel = "FILE",
        description = "Keys of the bucket, by the file's whole path; see docs/operations.md.")
    private @Nullable String credentials;

    private long lineAt = System.nanoTime();

    @Override
    public Integer call() throws Exception {
      Launcher launcher = launcher();
      if (!(launcher instanceof NativeLauncher)) {
        throw new OperatorException(
            "files are moved in native installations only so far: see docs/operations.md");
      }
      if (!control.supervised()) {
        throw new OperatorException("Tanada is not up: run ./tanada up");
      }
      long began = System.nanoTime();
      PurposeMove move =
          new PurposeMove(
              new StorageNodes(home, launcher, TIER + purpose), SEEN, POLL, this::say, this::show);
      PurposeMove.Done done = run(move);
      double seconds = (System.nanoTime() - began) / 1e9;
      say(
          "done after %.1f s: %,d files, %s were moved"
              .formatted(seconds, done.moved(), megabytes(done.bytes())));
      answer(
          Map.of(
              "purpose", purpose,
              "to", to,
              "moved", done.moved(),
              "bytes", done.bytes(),
              "seconds", seconds));
      return DONE;
    }

    private PurposeMove.Done run(PurposeMove move) throws IOException {
      if (to.equals(Purpose.DISK)) {
        return move.toDisks();
      }
      if (!to.startsWith(BUCKET) || to.length() == BUCKET.length()) {
        throw new OperatorException(
            "\"" + to + "\" is no place: s3://BUCKET, s3://BUCKET/PREFIX, or disk");
      }
      return move.toBucket(bucket());
    }

    /** As the topology has it. */
    private Map<String, String> bucket() {
      if (credentials == null) {
        throw new OperatorException("a bucket needs --credentials FILE, by its whole path");
      }
      String place = to.substring(BUCKET.length());
      int slash = place.indexOf('/');
      Map<String, String> s3 = new LinkedHashMap<>();
      s3.put("bucket", slash < 0 ? place : place.substring(0, slash));
      s3.put("region", region);
      s3.put("credentials", credentials);
      if (endpoint != null) {
        s3.put("endpoint", endpoint);
      }
      if (slash >= 0 && slash + 1 < place.length()) {
        String prefix = place.substring(slash + 1);
        s3.put("prefix", prefix.endsWith("/") ? prefix : prefix + "/");
      }
      if (pathStyle) {
        s3.put("path-style", "true");
      }
      return s3;
    }

    private void show(FileMove node) {
      String line =
          "%s: %,d files left, %,d moved, %s%s"
              .formatted(
                  node.node(),
                  node.left(),
                  node.moved(),
                  megabytes(node.bytes()),
                  node.problem().isEmpty() ? "" : "; " + node.problem());
      if (terminal.interactive()) {
        terminal.live(line);
      } else if (System.nanoTime() - lineAt > LINE_NANOS) {
        lineAt = System.nanoTime();
        say(line);
      }
    }

    private static String megabytes(long bytes) {
      return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }
  }
}
