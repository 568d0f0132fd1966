package org.tanada.router.move;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;
import org.tanada.router.topology.DatabaseNode;

/**
 * Puts right what a mover that is no more has left: every router looks, and all that it does is
 * conditional on the state that it found.
 */
@Component
final class MoveHealing extends RepeatedWork {
  /** A fence so old was left behind; by the clock of the server that is fenced. */
  static final Duration ABANDONED = Duration.ofSeconds(3);

  private static final Logger log = LoggerFactory.getLogger(MoveHealing.class);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final ShardDirectory directory;
  private final Clusters clusters;

  MoveHealing(ShardDirectory directory, Clusters clusters) {
    super("move-healing", Clusters.PHASE + 2);
    this.directory = directory;
    this.clusters = clusters;
  }

  @Override
  protected Duration step() {
    boolean changed = false;
    for (Place place : directory.map().places()) {
      if (place.state().equals(Place.FENCED)) {
        changed |= lift(place);
      } else if (place.state().equals(Place.INCOMING)) {
        changed |= finish(place);
      }
    }
    if (changed) {
      directory.learnNow();
    }
    return LOOK;
  }

  private boolean lift(Place place) {
    Optional<DatabaseNode> primary = primary(place.cluster());
    if (primary.isEmpty()) {
      return false;
    }
    try (Connection connection = primary.get().connect()) {
      boolean lifted = StateRow.lift(connection, place.schema(), ABANDONED.toMillis());
      if (lifted) {
        log.warn("lifted the fence of virtual shard {}, which a mover had left", place.shard());
      }
      return lifted;
    } catch (SQLException e) {
      primary.get().failed(e);
      log.debug("looking at the fence of {} failed: {}", place.schema(), e.toString());
      return false;
    }
  }

  /** Finishes a move whose source has given the shard away: all is applied then. */
  private boolean finish(Place incoming) {
    Optional<DatabaseNode> target = primary(incoming.cluster());
    if (target.isEmpty()) {
      return false;
    }
    try {
      Optional<Integer> from = source(target.get(), incoming);
      Optional<DatabaseNode> source = from.flatMap(this::primary);
      if (from.isEmpty() || source.isEmpty()) {
        return false;
      }
      Optional<StateRow.State> given;
      try (Connection connection = source.get().connect()) {
        given = StateRow.read(connection, incoming.schema(), false);
      }
      boolean finished =
          given.isPresent()
              && given.get().is(Place.MOVED)
              && given.get().movedTo() == incoming.cluster()
              && MoveTarget.finish(
                  source.get(), target.get(), incoming.schema(), from.get(), given.get().epoch());
      if (finished) {
        log.warn("finished the move of virtual shard {}, which a mover had left", incoming.shard());
      }
      return finished;
    } catch (SQLException e) {
      log.debug("looking at the move of {} failed: {}", incoming.schema(), e.toString());
      return false;
    }
  }

  private static Optional<Integer> source(DatabaseNode target, Place incoming) throws SQLException {
    try (Connection connection = target.connect()) {
      return MoveJournal.read(connection, incoming.schema()).map(MoveJournal.Entry::source);
    }
  }

  private Optional<DatabaseNode> primary(int cluster) {
    return clusters.find(cluster).flatMap(Cluster::primary);
  }
}
