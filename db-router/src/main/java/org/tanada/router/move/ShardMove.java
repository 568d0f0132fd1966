package org.tanada.router.move;

import com.github.shyiko.mysql.binlog.network.ServerException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.router.move.MoveJournal.Phase;
import org.tanada.router.move.MoveProbe.Step;
import org.tanada.router.shard.Place;
import org.tanada.router.topology.DatabaseNode;
import org.tanada.router.topology.SqlFailure;

/**
 * Moves a shard, from wherever an earlier attempt has left it.
 *
 * <p>One thread alternates between two things: it makes rows that have changed what they are now at
 * the source, and copies the next rows. A row is therefore never older at the target than the last
 * change of it that was taken from the binary log. Everything is committed together with how far it
 * came, so that a mover may be killed at any moment.
 *
 * <p>The end, under a fence that makes writes wait: all changes are applied; the source says {@code
 * moved}; the target says {@code active}. Never do both serve. Whoever finds the shard between the
 * last two finishes ({@link MoveHealing}); before them the source serves on.
 */
final class ShardMove {
  private static final Logger log = LoggerFactory.getLogger(ShardMove.class);
  private static final Duration SNAPSHOT_WAIT = Duration.ofMillis(500);
  private static final Duration FENCE_WAIT = Duration.ofSeconds(1);

  /** Well before another router takes the fence for one that was left behind. */
  private static final Duration LONGEST_FENCE = MoveHealing.ABANDONED.dividedBy(2);

  /** More rows are not counted again under the fence: that would take too long. */
  private static final long COUNTED_AGAIN = 50_000;

  private static final int NEAR = 3;
  private static final long SAVE_NANOS = 500_000_000;

  private final int shard;
  private final String schema;
  private final int from;
  private final int to;
  private final DatabaseNode source;
  private final DatabaseNode target;
  private final MoveContext context;
  private final MoveTarget place;
  private final MoveJournal journal;
  private long savedAt = System.nanoTime();

  ShardMove(
      int shard, int from, int to, DatabaseNode source, DatabaseNode target, MoveContext context) {
    this.shard = shard;
    this.schema = Place.schema(shard);
    this.from = from;
    this.to = to;
    this.source = source;
    this.target = target;
    this.context = context;
    String mover = context.newMover();
    this.journal = new MoveJournal(schema, mover);
    this.place = new MoveTarget(shard, from, to, source, target, context, journal, mover);
  }

  /** What a move works with, from the first row to the flip. */
  private record Work(
      Connection source,
      Connection target,
      ChangeStream stream,
      RowMover rows,
      List<MovedTable> tables,
      Map<String, MovedTable> byName,
      MoveJournal.Progress progress) {}

  /**
   * Moves.
   *
   * @throws MoveException if it cannot go on without the operator
   * @throws SQLException if a database failed, {@link IOException} if the binary log did: try again
   */
  void run() throws SQLException, IOException, InterruptedException {
    try (Connection lock = place.lock();
        Connection in = MoveTarget.session(source);
        Connection out = MoveTarget.session(target)) {
      Optional<MoveJournal.Progress> begun = place.begin(in, out);
      if (begun.isEmpty()) {
        return; // it had been given away: now it is taken over
      }
      List<MovedTable> tables = MovedTable.of(in, schema);
      MoveJournal.Progress progress = begun.get();
      out.setAutoCommit(false);
      try (ChangeStream stream =
          new ChangeStream(source.logClient(), schema, tables, progress.position)) {
        stream.start();
        if (progress.phase == Phase.PREPARING) {
          place.awaitWriters(in);
          progress.phase = Phase.COPYING;
        }
        Work work =
            new Work(
                in,
                out,
                stream,
                new RowMover(in, out, schema, context.limits()),
                tables,
                tables.stream().collect(Collectors.toMap(MovedTable::name, Function.identity())),
                progress);
        copy(work);
        Map<String, Long> rows = verify(work);
        flip(work, rows);
      } catch (IOException e) {
        if (e.getCause() instanceof ServerException refused && refused.getErrorCode() == 1236) {
          out.rollback();
          place.failed("the source has the binary log no more: copied anew", true);
        }
        throw e;
      }
      log.debug("the lock of {} ends with {}", schema, lock);
    }
  }

  /** How long ago something of it was kept. */
  Duration idle() {
    return Duration.ofNanos(System.nanoTime() - savedAt);
  }

  /** Keeps why the move stands still, for whoever asks how far it is. */
  void standsStill(String why, boolean spoilt) {
    place.failed(why, spoilt);
  }

  /** The same when the target's cluster has another primary. */
  void standsStill(DatabaseNode target, String why) {
    place.failed(target, why, false);
  }

  private void copy(Work work) throws SQLException, IOException, InterruptedException {
    MoveJournal.Progress progress = work.progress();
    if (progress.phase != Phase.COPYING) {
      return;
    }
    for (MovedTable table : work.tables()) {
      String reached = progress.table;
      if (reached != null && table.name().compareTo(reached) < 0) {
        continue; // copied by an earlier attempt
      }
      if (!table.name().equals(reached)) {
        progress.table = table.name();
        progress.lastKey = List.of();
      }
      RowMover.Chunk chunk;
      do {
        drain(work);
        chunk = work.rows().copy(table, progress.lastKey);
        progress.lastKey = chunk.lastKey();
        progress.rowsCopied += chunk.rows();
        save(work);
        if (chunk.rows() > 0) {
          context.probe().reached(shard, Step.CHUNK_COPIED);
        }
      } while (!chunk.ended());
    }
    progress.table = null;
    progress.lastKey = List.of();
    progress.phase = Phase.VERIFYING;
    save(work);
  }

  /** Applies what has changed, if anything has. */
  private void drain(Work work) throws SQLException, IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the router stops");
    }
    ChangeStream.Batch batch = work.stream().take(context.limits().chunkRows());
    work.rows().apply(work.byName(), context.probe().applying(batch.rows()));
    work.progress().changesApplied += batch.rows().size();
    LogPosition reached = batch.reached();
    if (reached != null && reached.reaches(work.progress().position)) {
      work.progress().position = reached;
    }
    if (!batch.rows().isEmpty() || System.nanoTime() - savedAt > SAVE_NANOS) {
      save(work);
    }
  }

  private void save(Work work) throws SQLException {
    journal.progress(work.target(), work.progress(), context.clock().millis());
    work.target().commit();
    savedAt = System.nanoTime();
  }

  /** Applies all up to the position; false if the time was not enough. */
  private boolean catchUp(Work work, LogPosition goal, Duration wait)
      throws SQLException, IOException, InterruptedException {
    long began = System.nanoTime();
    while (!work.progress().position.reaches(goal)) {
      if (System.nanoTime() - began > wait.toNanos()) {
        return false;
      }
      drain(work);
    }
    return true;
  }

  /** Waits until the target is so near to the source that a fence will be short. */
  private void comeNear(Work work) throws SQLException, IOException, InterruptedException {
    long deadline = System.nanoTime() + context.limits().patience().toNanos();
    int near = 0;
    while (near < NEAR) {
      long began = System.nanoTime();
      LogPosition goal = LogPosition.end(work.source(), source.dialect());
      boolean reached = catchUp(work, goal, context.limits().patience());
      long lag = System.nanoTime() - began;
      log.debug("{} reached {} in {} us", schema, goal, lag / 1_000);
      work.progress().lagMillis = TimeUnit.NANOSECONDS.toMillis(lag);
      near = reached && lag < context.limits().lag().toNanos() ? near + 1 : 0;
      if (System.nanoTime() > deadline) {
        throw new MoveException(
            "the target does not come near enough to the source: start again when there is less"
                + " to do");
      }
    }
  }

  /** Compares both sides at one position; gives the number of rows of each table. */
  private Map<String, Long> verify(Work work)
      throws SQLException, IOException, InterruptedException {
    work.progress().phase = Phase.VERIFYING;
    save(work);
    long deadline = System.nanoTime() + context.limits().patience().toNanos();
    while (true) {
      comeNear(work);
      try (Verification verification = snapshots(work)) {
        if (verification != null) {
          context.probe().reached(shard, Step.SNAPSHOTS_OPEN);
          Verification.Result result = compare(work, verification);
          if (!result.differing().isEmpty()) {
            throw MoveException.spoilt(
                "the copy differs from the source in "
                    + String.join(", ", result.differing())
                    + ": nothing was flipped; start again, it is copied anew");
          }
          context.probe().reached(shard, Step.VERIFIED);
          return result.rows();
        }
      }
      if (System.nanoTime() > deadline) {
        throw new MoveException(
            "no moment was quiet enough to compare both sides: start again when there is less to"
                + " do");
      }
    }
  }

  /** Snapshots of both sides at one position, for which writes wait; null if that took too long. */
  private @Nullable Verification snapshots(Work work)
      throws SQLException, IOException, InterruptedException {
    Connection theirs = MoveTarget.session(source);
    Connection ours = MoveTarget.session(target);
    Verification taken = null;
    try (Connection hold = MoveTarget.session(source)) {
      hold.setAutoCommit(false);
      MoveTarget.run(hold, "SET SESSION innodb_lock_wait_timeout = 1");
      StateRow.read(hold, schema, true);
      LogPosition goal = LogPosition.end(work.source(), source.dialect());
      if (catchUp(work, goal, SNAPSHOT_WAIT)) {
        taken = new Verification(theirs, ours, schema, work.tables());
      }
      hold.rollback();
      return taken;
    } catch (SQLException e) {
      if (SqlFailure.isLockTimeout(e)) {
        return null; // a long write is under way
      }
      throw e;
    } finally {
      if (taken == null) {
        theirs.close();
        ours.close();
      }
    }
  }

  private Verification.Result compare(Work work, Verification verification)
      throws SQLException, IOException, InterruptedException {
    CompletableFuture<Verification.Result> result = verification.compare(context.threads());
    while (!result.isDone()) {
      drain(work);
    }
    try {
      return result.join();
    } catch (CompletionException e) {
      throw new SQLException("comparing both sides failed: " + e.getCause(), e);
    }
  }

  private void flip(Work work, Map<String, Long> rows)
      throws SQLException, IOException, InterruptedException {
    work.progress().phase = Phase.FLIPPING;
    save(work);
    List<String> counted =
        rows.entrySet().stream()
            .filter(entry -> entry.getValue() <= COUNTED_AGAIN)
            .map(Map.Entry::getKey)
            .toList();
    long deadline = System.nanoTime() + context.limits().patience().toNanos();
    do {
      comeNear(work);
      if (fence(work, counted)) {
        return;
      }
    } while (System.nanoTime() < deadline);
    throw new MoveException(
        "the last changes could not be applied in time while writes waited: start again when there"
            + " is less to do");
  }

  /** Tries to flip; false if it would have taken too long. */
  private boolean fence(Work work, List<String> counted)
      throws SQLException, IOException, InterruptedException {
    Optional<Long> fence = place.fence();
    if (fence.isEmpty()) {
      return false;
    }
    long began = System.nanoTime();
    boolean given = false;
    try {
      context.probe().reached(shard, Step.FENCED);
      LogPosition goal = LogPosition.end(work.source(), source.dialect());
      if (!catchUp(work, goal, FENCE_WAIT)) {
        return false;
      }
      save(work); // fails if the move is not ours any more
      compareCounts(work, counted);
      if (System.nanoTime() - began > LONGEST_FENCE.toNanos()) {
        return false;
      }
      Optional<String> position = place.giveAway(fence.get());
      given = position.isPresent();
      if (!given) {
        return false;
      }
      context.probe().reached(shard, Step.MOVED);
      place.takeOver(position.get());
      long took = System.nanoTime() - began;
      context.fences().record(took, TimeUnit.NANOSECONDS);
      log.info(
          "virtual shard {} moved from mysql-{} to mysql-{}: {} rows copied, {} changes applied, writes waited {} ms",
          shard,
          from,
          to,
          work.progress().rowsCopied,
          work.progress().changesApplied,
          TimeUnit.NANOSECONDS.toMillis(took));
      context.probe().reached(shard, Step.ACTIVE);
      return true;
    } catch (MoveProbe.CrashException e) {
      given = true; // as a killed process, which lifts nothing
      throw e;
    } finally {
      if (!given) {
        place.lift(fence.get());
      }
    }
  }

  private void compareCounts(Work work, List<String> counted) throws SQLException {
    CompletableFuture<List<Long>> theirs =
        CompletableFuture.supplyAsync(() -> counts(work.source(), counted), context.threads());
    List<Long> ours = Verification.counts(work.target(), schema, counted);
    work.target().rollback(); // ends the snapshot of the counting
    try {
      if (!theirs.join().equals(ours)) {
        throw MoveException.spoilt(
            "both sides have different numbers of rows: nothing was flipped; start again, it is copied anew");
      }
    } catch (CompletionException e) {
      throw new SQLException("counting the rows failed: " + e.getCause(), e);
    }
  }

  private List<Long> counts(Connection connection, List<String> tables) {
    try {
      return Verification.counts(connection, schema, tables);
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }
}
