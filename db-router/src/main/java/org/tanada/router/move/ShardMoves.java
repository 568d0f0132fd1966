package org.tanada.router.move;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.shard.Migrations;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/** The moves that this router does, and what it can do about any move. */
@Component
public final class ShardMoves implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ShardMoves.class);
  private static final long PAUSE_MILLIS = 500;

  /** A move that comes on a little each time, and never to its end, is given up as well. */
  private static final int MOST_FAILURES = 100;

  private final ShardDirectory directory;
  private final Clusters clusters;
  private final Migrations migrations;
  private final MoveProperties limits;
  private final InstantSource clock;
  private final String router;
  private final Timer fences;
  private final Map<Integer, Running> running = new ConcurrentHashMap<>();
  private volatile MoveProbe probe = MoveProbe.NONE;
  private volatile ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean started;

  ShardMoves(
      ShardDirectory directory,
      Clusters clusters,
      Migrations migrations,
      MoveProperties limits,
      InstantSource clock,
      NodeProperties node,
      MeterRegistry meters) {
    this.directory = directory;
    this.clusters = clusters;
    this.migrations = migrations;
    this.limits = limits;
    this.clock = clock;
    this.router = node.node();
    this.fences =
        Timer.builder("tanada.router.move.fence")
            .description("How long writes waited at the flip of a move")
            .register(meters);
  }

  /** For tests: looks at all moves that are started from now on. */
  public void probe(MoveProbe next) {
    probe = next;
  }

  /**
   * Moves a shard in the background, or resumes its move.
   *
   * @throws ProblemException not-found, conflict, unavailable
   */
  public synchronized void start(int shard, int to) {
    directory.learnNow();
    Place from = check(shard, to);
    DatabaseNode source = clusters.primary(from.cluster());
    DatabaseNode target = clusters.primary(to);
    Running known = running.get(shard);
    if (known != null && known.to() == to && !known.done().isDone()) {
      return; // being done here
    }
    if (known != null && !ended(known)) {
      throw conflict(
          "a move of virtual shard "
              + shard
              + " to mysql-"
              + known.to()
              + " is just ending: again");
    }
    running.values().removeIf(other -> other.done().isDone());
    if (running.size() >= limits.atOnce()) {
      throw conflict(
          "this router does " + running.size() + " moves already: wait for one, or ask another");
    }
    if (isLocked(target, shard)) {
      return; // another router is doing it
    }
    running.put(
        shard,
        new Running(to, threads.submit(() -> run(shard, from.cluster(), to, source, target))));
  }

  /** What is done here. */
  private record Running(int to, Future<?> done) {}

  /** Whether this router does nothing with the shard any more; waits a moment for that. */
  public boolean idle(int shard) {
    Running known = running.get(shard);
    return known == null || ended(known);
  }

  /** Waits a moment for a move that has flipped already, and is putting its things away. */
  private static boolean ended(Running move) {
    try {
      move.done().get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("a move ended by {}", e.toString());
    }
    return move.done().isDone();
  }

  private Place check(int shard, int to) {
    if (shard < 0 || shard >= directory.count()) {
      throw new ProblemException(
          ProblemCode.NOT_FOUND, "there are virtual shards 0 to " + (directory.count() - 1));
    }
    if (clusters.find(to).isEmpty()) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "there is no cluster mysql-" + to);
    }
    List<Place> active = directory.map().active(shard);
    if (active.size() > 1) {
      throw conflict("virtual shard " + shard + " is active in two clusters: retire one of them");
    }
    Place from = directory.readable(shard);
    if (from.cluster() == to) {
      throw conflict("virtual shard " + shard + " is in mysql-" + to + " already");
    }
    for (Place other : directory.map().of(shard)) {
      if (other.state().equals(Place.INCOMING) && other.cluster() != to) {
        throw conflict(
            "virtual shard %d is being moved to mysql-%d: abort that first"
                .formatted(shard, other.cluster()));
      }
    }
    return from;
  }

  private void run(int shard, int from, int to, DatabaseNode source, DatabaseNode target) {
    MoveContext context =
        new MoveContext(router, migrations, limits, clock, threads, fences, probe);
    ShardMove move = new ShardMove(shard, from, to, source, target, context);
    int failures = 0;
    while (started) {
      try {
        move.run();
        directory.learnNow();
        return;
      } catch (SQLException | IOException e) {
        Optional<String> replaced = replaced(from, source).or(() -> replaced(to, target));
        if (replaced.isPresent()) {
          log.warn("the move of virtual shard {} stands still: {}", shard, replaced.get());
          move.standsStill(
              clusters.find(to).flatMap(Cluster::primary).orElse(target), replaced.get());
          return;
        }
        log.info("the move of virtual shard {} is tried again: {}", shard, e.toString());
        if (++failures == MOST_FAILURES || move.idle().compareTo(limits.patience()) > 0) {
          log.warn("the move of virtual shard {} stands still", shard, e);
          move.standsStill(e.toString(), false);
          return;
        }
      } catch (MoveException e) {
        log.warn("the move of virtual shard {} stands still: {}", shard, e.getMessage());
        move.standsStill(String.valueOf(e.getMessage()), e.isSpoilt());
        return;
      } catch (MoveProbe.CrashException e) {
        log.warn("the move of virtual shard {} stands still: {}", shard, e.toString());
        return;
      } catch (RuntimeException e) {
        log.error("the move of virtual shard {} stands still", shard, e);
        move.standsStill(e.toString(), false);
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What to say if a cluster's primary is another one now: the move began with the former. */
  private Optional<String> replaced(int cluster, DatabaseNode primary) {
    return clusters
        .find(cluster)
        .flatMap(Cluster::primary)
        .filter(now -> now != primary)
        .map(now ->
            "mysql-%d has another primary now, %s: start the move again"
                .formatted(cluster, now.name()));
  }

  /**
   * Ends a move and drops the unfinished copy; the shard stays where it is.
   *
   * @throws ProblemException conflict, if there is no move, or it is past the flip
   */
  public void abort(int shard) {
    directory.learnNow();
    Place incoming =
        directory.map().of(shard).stream()
            .filter(place -> place.state().equals(Place.INCOMING))
            .findFirst()
            .orElseThrow(() -> conflict("virtual shard " + shard + " is not being moved"));
    DatabaseNode target = clusters.primary(incoming.cluster());
    String schema = incoming.schema();
    try (Connection out = MoveTarget.session(target)) {
      Optional<MoveJournal.Entry> entry = MoveJournal.read(out, schema);
      if (entry.isPresent()) {
        // In this order, so that a mover that has fenced cannot give the shard away any more: it
        // looks whose the move is after fencing, and gives away under its own fence alone.
        MoveJournal.take(out, schema, router + "/aborted", router);
        DatabaseNode source = clusters.primary(entry.get().source());
        try (Connection in = MoveTarget.session(source)) {
          StateRow.lift(in, schema, 0);
          if (StateRow.read(in, schema, false)
              .filter(state -> state.is(Place.MOVED) && state.movedTo() == incoming.cluster())
              .isPresent()) {
            throw conflict("virtual shard " + shard + " has moved already: move it back instead");
          }
        }
      }
      MoveTarget.run(out, "DROP DATABASE " + schema);
      log.info("aborted the move of virtual shard {} to mysql-{}", shard, incoming.cluster());
    } catch (SQLException e) {
      target.failed(e);
      throw failed("the move of virtual shard " + shard + " cannot be aborted now", e);
    }
    directory.learnNow();
  }

  /** Drops the old copies of a shard; gives the clusters that had one. */
  public List<Integer> clean(int shard) {
    directory.learnNow();
    List<Place> active = directory.map().active(shard);
    if (active.size() != 1) {
      throw conflict("virtual shard " + shard + " has not one active place: nothing is dropped");
    }
    List<Integer> cleaned = new ArrayList<>();
    for (Place old : directory.map().of(shard)) {
      if (old.state().equals(Place.MOVED) && old.epoch() <= active.getFirst().epoch()) {
        DatabaseNode node = clusters.primary(old.cluster());
        try (Connection connection = MoveTarget.session(node)) {
          if (StateRow.read(connection, old.schema(), false)
              .filter(state -> state.is(Place.MOVED))
              .isPresent()) {
            MoveTarget.run(connection, "DROP DATABASE " + old.schema());
            cleaned.add(old.cluster());
          }
        } catch (SQLException e) {
          node.failed(e);
          throw failed("the old copy in mysql-" + old.cluster() + " cannot be dropped now", e);
        }
      }
    }
    directory.learnNow();
    return cleaned;
  }

  private static boolean isLocked(DatabaseNode target, int shard) {
    try (Connection connection = target.connect()) {
      return MoveTarget.isLocked(connection, shard);
    } catch (SQLException e) {
      target.failed(e);
      throw failed(target.name() + " does not answer", e);
    }
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(ProblemCode.CONFLICT, detail);
  }

  private static ProblemException failed(String detail, SQLException cause) {
    return new ProblemException(ProblemCode.UNAVAILABLE, detail, cause);
  }

  @Override
  public void start() {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    started = true;
  }

  /** Moves stop where they are: the same command resumes them, on any router. */
  @Override
  public void stop() {
    started = false;
    threads.shutdownNow();
    running.clear();
  }

  @Override
  public boolean isRunning() {
    return started;
  }

  @Override
  public int getPhase() {
    return Clusters.PHASE + 2;
  }
}
