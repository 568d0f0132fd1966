package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.deploy.backup.Comeback.Changed;
import org.tanada.deploy.backup.Comeback.Compared;
import org.tanada.deploy.backup.LiveFiles.Content;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/**
 * Brings one thing back into the system that runs: the databases of a moment are restored into a
 * place of their own, and what is missing of the thing is written through the routers, its files
 * through the storage nodes. What is there with other values stays, unless it shall be replaced;
 * what came since stays in any case. To do it again does no harm.
 *
 * <p>A file that was deleted comes back under another id, since storage nodes never use one again,
 * and the rows that name it name that one.
 */
public final class SingleRestoration implements AutoCloseable {
  private static final String USERS = "users";
  private static final String VIDEOS = "videos";
  private static final String PREVIEWS = "video_previews";
  private static final String DELETIONS = "deletions";

  /**
   * What does not come back with its owner: access that was ended, work that was under way, what is
   * proven by its order, what is the installation's own.
   */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "sessions",
          "refresh_families",
          "mails",
          "mailed_links",
          "known_networks",
          "used_values",
          "spent_budgets",
          "revocations",
          DELETIONS,
          "uploads",
          "upload_pieces",
          "unnamed_files",
          "audit_entries",
          "audit_heads",
          "administrators",
          "signing_keys");

  private final Home home;
  private final Path scratch;
  private final Repository repository;
  private final List<ScratchDatabase> databases = new ArrayList<>();
  private final RowsContract live;
  private final LiveFiles files;
  private final IdGenerator ids = new IdGenerator(InstantSource.system(), new SecureRandom());
  private StateFiles.@Nullable Held held;

  /** Restorations into the system that runs, by its routers and its storage nodes. */
  public SingleRestoration(Home home, RowsContract live, LiveFiles files) throws IOException {
    BackupFiles own = new BackupFiles(home);
    this.home = home;
    this.scratch = own.directory().resolve("single");
    this.repository = Repository.of(own, own.needRepository());
    this.live = live;
    this.files = files;
  }

  /**
   * What was found of a thing.
   *
   * @param moment that it is of
   * @param missing rows that are not there now, by table
   * @param changed rows that are there with other values: table and id
   * @param same how many rows are as they were
   * @param files that are not there now
   * @param obstacles why an owner cannot come back
   */
  public record Found(
      Instant moment,
      Map<String, Integer> missing,
      List<String> changed,
      int same,
      int files,
      List<String> obstacles) {}

  /**
   * What was brought back.
   *
   * @param rows that were missing
   * @param replaced rows that had other values
   * @param files that were missing
   * @param refused rows and files that could not be brought back, with the reasons
   */
  public record Brought(int rows, int replaced, int files, List<String> refused) {}

  /** A thing as it was, to be looked at and brought back. */
  public final class Thing {
    private final RestorePlan plan;
    private final SqlRows then;
    private final SqlRows now;
    private final SavedFiles saved;
    private final Comeback comeback;
    private final boolean replace;
    private final Set<String> tables;
    private final Single what;
    private final Set<Long> owners;
    private final int shard;
    private final Map<Long, List<RowsContract.Claim>> claims;

    private Thing(RestorePlan plan, SqlRows then, SqlRows now, Single what, boolean replace)
        throws IOException {
      this.plan = plan;
      this.then = then;
      this.now = now;
      this.what = what;
      this.replace = replace;
      this.saved = new SavedFiles(repository, plan);
      this.comeback = new Comeback(live, now.tables());
      this.tables = new TreeSet<>(then.tables().keySet());
      tables.retainAll(now.tables().keySet());
      tables.removeAll(LEFT_OUT);
      this.owners = owners();
      this.shard =
          what instanceof Single.Shard whole
              ? whole.number()
              : TanadaId.shard(owners.iterator().next());
      if (!now.has(shard)) {
        throw new OperatorException(
            "no cluster serves shard %d now: restore everything, or --into another place"
                .formatted(shard));
      }
      this.claims = then.claims(shard);
    }

    private Set<Long> owners() throws IOException {
      return switch (what) {
        case Single.User user -> Set.of(user(user.name()));
        case Single.Video video -> Set.of(seller(video.id()));
        case Single.Shard whole -> then.owners(whole.number(), tables);
      };
    }

    private long user(String name) throws IOException {
      long id = TanadaId.parse(name);
      Optional<Long> found = id > 0 ? Optional.of(id) : then.named(name);
      return found
          .filter(known -> then.has(TanadaId.shard(known)))
          .filter(known -> row(USERS, known).isPresent())
          .orElseThrow(
              () -> new OperatorException("there was no user " + name + " at " + plan.moment()));
    }

    private Optional<Row> row(String table, long id) {
      try {
        return then.find(table, id);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private long seller(long video) throws IOException {
      Row found =
          Optional.of(video)
              .filter(id -> then.has(TanadaId.shard(id)))
              .flatMap(id -> row(VIDEOS, id))
              .orElseThrow(() ->
                  new OperatorException("there was no video " + video + " at " + plan.moment()));
      RowKey seller = new RowKey(USERS, found.owner());
      if (asked(() -> live.read(new RowsContract.Read(List.of(seller), Consistency.PRIMARY)))
          .rows()
          .stream()
          .allMatch(java.util.Objects::isNull)) {
        throw new OperatorException(
            "the seller of video %d is not there: restore --only user=%d brings both back"
                .formatted(video, found.owner()));
      }
      return found.owner();
    }

    /** Compares it with what is there; changes nothing. */
    public Found found() throws IOException {
      Map<String, Integer> missing = new TreeMap<>();
      List<String> changed = new ArrayList<>();
      List<String> obstacles = new ArrayList<>();
      int same = 0;
      int lost = 0;
      for (long owner : owners) {
        Work work = work(owner);
        work.rows().missing().forEach(row -> missing.merge(row.table(), 1, Integer::sum));
        work.rows().changed().forEach(row -> changed.add(row.now().table() + " " + row.now().id()));
        same += work.rows().same().size();
        lost += work.lost().size();
        obstacles.addAll(work.obstacles());
      }
      return new Found(plan.moment(), missing, changed, same, lost, obstacles);
    }

    /** Brings it back; whatever was done meanwhile counts. */
    public Brought bring() throws IOException {
      List<String> refused = new ArrayList<>();
      Map<Long, List<RowsContract.Claim>> claimed = replace ? now.claims(shard) : Map.of();
      int rows = 0;
      int replaced = 0;
      int stored = 0;
      for (long owner : owners) {
        Work work = work(owner);
        if (!work.obstacles().isEmpty()) {
          refused.addAll(work.obstacles());
          continue;
        }
        List<Row> written = work.written(replace);
        written.forEach(row ->
            claimsOf(row)
                .forEach(claim ->
                    asked(() -> {
                      live.claim(claim);
                      return claim;
                    })));
        Map<Long, Long> renamed = new HashMap<>();
        for (long file : work.lost()) {
          stored += store(owner, file, renamed, refused) ? 1 : 0;
        }
        List<String> left = asked(() -> comeback.write(owner, work.rows(), replace, renamed));
        refused.addAll(left);
        rows += work.rows().missing().size() - left.size();
        replaced += replace ? work.rows().changed().size() : 0;
        written.forEach(row -> release(row, claimed.getOrDefault(row.id(), List.of())));
      }
      return new Brought(rows, replaced, stored, refused);
    }

    private List<RowsContract.Claim> claimsOf(Row row) {
      return claims.getOrDefault(row.id(), List.of()).stream()
          .filter(claim -> claim.table().equals(row.table()))
          .toList();
    }

    /** Names that a replaced row had taken since, in the place of those that it has again. */
    private void release(Row row, List<RowsContract.Claim> taken) {
      List<RowsContract.Claim> own = claimsOf(row);
      Set<String> kinds = new TreeSet<>(own.stream().map(RowsContract.Claim::kind).toList());
      for (RowsContract.Claim claim : taken) {
        if (kinds.contains(claim.kind()) && !own.contains(claim)) {
          asked(() -> {
            live.release(claim);
            return claim;
          });
        }
      }
    }

    private Work work(long owner) throws IOException {
      List<Row> rows =
          what instanceof Single.Video video ? rows(video) : then.ofOwner(owner, tables);
      Compared compared = asked(() -> comeback.compare(rows));
      Work work = new Work(compared, new LinkedHashSet<>(), new ArrayList<>());
      if (leaving(owner)) {
        work.obstacles()
            .add(
                "users %d stays away: the account is being deleted, wait for its end"
                    .formatted(owner));
      }
      for (Row row : work.written(replace)) {
        for (RowsContract.Claim claim : claimsOf(row)) {
          Long holder =
              asked(() -> live.resolve(new RowsContract.Name(claim.kind(), claim.value()))).id();
          if (holder != null && holder != row.id()) {
            work.obstacles()
                .add(
                    "%s %d stays away: its %s is held by %d now"
                        .formatted(row.table(), row.id(), claim.kind(), holder));
          }
        }
      }
      Stream.concat(work.written(replace).stream(), compared.same().stream())
          .forEach(row -> addLost(row, work.lost()));
      return work;
    }

    /** A video, and what was seen in it. */
    private List<Row> rows(Single.Video video) throws IOException {
      List<Row> rows = new ArrayList<>();
      for (String table : List.of(VIDEOS, PREVIEWS)) {
        if (tables.contains(table)) { // an older backup may lack it
          then.find(table, video.id()).ifPresent(rows::add);
        }
      }
      return rows;
    }

    /** Whoever finds the row of a deletion goes on with it, whatever comes back meanwhile. */
    private boolean leaving(long owner) {
      RowKey deletion = new RowKey(DELETIONS, owner);
      return now.tables().containsKey(DELETIONS)
          && asked(() -> live.read(new RowsContract.Read(List.of(deletion), Consistency.PRIMARY)))
              .rows()
              .stream()
              .anyMatch(java.util.Objects::nonNull);
    }

    private void addLost(Row row, Set<Long> lost) {
      row.values()
          .forEach((column, value) -> {
            if (value instanceof Long id && Comeback.namesFile(column)) {
              saved.find(id).filter(copy -> !has(copy)).ifPresent(_ -> lost.add(id));
            }
          });
    }

    private boolean has(SavedFiles.Copy copy) {
      try {
        return files.has(copy.tier(), copy.path());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private boolean store(long owner, long file, Map<Long, Long> renamed, List<String> refused)
        throws IOException {
      Optional<Content> content = saved.fetch(file, scratch.resolve("files"));
      if (content.isEmpty()) {
        refused.add("file " + file + ": all copies in the repository are damaged");
        return false;
      }
      String tier = saved.find(file).orElseThrow().tier();
      if (!files.put(tier, file, content.get())) {
        long fresh = ids.nextBeside(owner);
        if (!files.put(tier, fresh, content.get())) {
          throw new OperatorException("the storage takes no file as new: " + fresh);
        }
        renamed.put(file, fresh);
      }
      Files.delete(content.get().file());
      return true;
    }
  }

  /** What is to be done for an owner. */
  private record Work(Compared rows, Set<Long> lost, List<String> obstacles) {
    List<Row> written(boolean replace) {
      List<Row> written = new ArrayList<>(rows.missing());
      if (replace) {
        rows.changed().stream().map(Changed::then).forEach(written::add);
      }
      return written;
    }
  }

  /**
   * Restores what is needed of a moment, and looks for a thing there.
   *
   * @param at null for the newest moment there is
   * @param replace whether rows that are there with other values become what they were
   * @param say is told how it goes on
   */
  public Thing find(Single what, @Nullable Instant at, boolean replace, Consumer<String> say)
      throws IOException {
    held = StateFiles.tryLock(scratch.resolveSibling("single.lock"));
    if (held == null) {
      throw new OperatorException("another restore --only is under way here: wait for its end");
    }
    if (Files.exists(scratch)) {
      StateFiles.deleteTree(scratch); // of a run that was cut off
    }
    new Backup(home, say).pushLogs();
    StateFiles.privateDirectory(scratch);
    RestorePlan plan = RestorePlan.of(repository, at, scratch);
    new Restore(repository, say).databases(plan, scratch);
    Home restored = new Home(home.root(), scratch);
    Topology topology = TopologyFile.read(restored.topology());
    List<Access> then = new ArrayList<>();
    for (Manifest.Cluster cluster : plan.manifest().clusters()) {
      PlannedNode node = Restore.node(topology, cluster.name());
      ScratchDatabase database = ScratchDatabase.start(new MariaDb(), restored, node);
      databases.add(database);
      then.add(database.access());
    }
    say.accept("comparing with what is there");
    return new Thing(plan, new SqlRows(then), new SqlRows(primaries()), what, replace);
  }

  private List<Access> primaries() throws IOException {
    Databases clusters = new Databases(home);
    List<Access> primaries = new ArrayList<>();
    for (Map.Entry<String, List<PlannedNode>> cluster : clusters.clusters().entrySet()) {
      PlannedNode primary =
          clusters
              .primary(cluster.getValue())
              .orElseThrow(() ->
                  new OperatorException(
                      "no primary of " + cluster.getKey() + " answers: ./tanada status"));
      primaries.add(clusters.access(primary));
    }
    return primaries;
  }

  private static <T> T asked(java.util.function.Supplier<T> question) {
    try {
      return question.get();
    } catch (ProblemException e) {
      throw new OperatorException("a router refuses: " + e.getMessage(), e);
    }
  }

  /** Deletes what was restored for it. */
  @Override
  public void close() throws IOException {
    StateFiles.Held own = held;
    if (own == null) {
      return; // it is another's
    }
    try (own) {
      databases.forEach(ScratchDatabase::close);
      if (Files.exists(scratch)) {
        StateFiles.deleteTree(scratch);
      }
    }
  }
}
