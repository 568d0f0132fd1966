package org.tanada.router.move;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.common.row.ShardsContract.Copy;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.common.row.ShardsContract.Progress;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.topology.Cluster;
import org.tanada.router.topology.Clusters;

/** Where the shards are and how far moves are, as any router can tell: the databases know. */
@Component
public final class MoveListing {
  private final ShardDirectory directory;
  private final Clusters clusters;
  private final InstantSource clock;

  MoveListing(ShardDirectory directory, Clusters clusters, InstantSource clock) {
    this.directory = directory;
    this.clusters = clusters;
    this.clock = clock;
  }

  /** Everything; a cluster that does not answer tells no sizes and no moves. */
  public Listing list() {
    directory.learnNow();
    directory.learnTables();
    List<Copy> copies = new ArrayList<>();
    List<Progress> moves = new ArrayList<>();
    for (Cluster cluster : clusters.all()) {
      List<Place> places =
          directory.map().places().stream()
              .filter(place -> place.cluster() == cluster.number())
              .toList();
      Map<String, Size> sizes = new HashMap<>();
      cluster
          .primary()
          .ifPresent(primary -> {
            try (Connection connection = primary.connect()) {
              sizes.putAll(sizes(connection));
              for (Place place : places) {
                if (place.state().equals(Place.INCOMING)) {
                  progress(connection, place).ifPresent(moves::add);
                }
              }
            } catch (SQLException e) {
              primary.failed(e);
            }
          });
      for (Place place : places) {
        Size size = sizes.getOrDefault(place.schema(), new Size(0, 0));
        copies.add(
            new Copy(
                place.shard(),
                place.cluster(),
                place.state(),
                Math.max(0, place.epoch()),
                size.rows(),
                size.bytes(),
                directory.version(place)));
      }
    }
    return new Listing(clusters.all().stream().map(Cluster::number).toList(), copies, moves);
  }

  private record Size(long rows, long bytes) {}

  private static Map<String, Size> sizes(Connection connection) throws SQLException {
    Map<String, Size> sizes = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT table_schema, SUM(table_rows), SUM(data_length + index_length)"
                    + " FROM information_schema.tables WHERE table_schema LIKE 'tanada\\_%'"
                    + " GROUP BY table_schema")) {
      while (found.next()) {
        sizes.put(found.getString(1), new Size(found.getLong(2), found.getLong(3)));
      }
    }
    return sizes;
  }

  private Optional<Progress> progress(Connection connection, Place place) throws SQLException {
    Optional<MoveJournal.Entry> entry = MoveJournal.read(connection, place.schema());
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    MoveJournal.Entry move = entry.get();
    boolean copying = move.phase() == MoveJournal.Phase.COPYING;
    long rate = move.rowsCopied() * 1_000 / Math.max(1, move.updatedAt() - move.startedAt());
    long left = Math.max(0, move.rowsExpected() - move.rowsCopied());
    long age = Math.max(0, clock.millis() - move.updatedAt()) / 1_000;
    return Optional.of(
        new Progress(
            place.shard(),
            move.source(),
            place.cluster(),
            move.router(),
            MoveTarget.isLocked(connection, place.shard()),
            move.phase().text(),
            move.rowsCopied(),
            move.rowsExpected(),
            move.changesApplied(),
            rate,
            copying && rate > 0 ? Long.valueOf(Math.max(0, left / rate - age)) : null,
            move.lagMillis(),
            move.error()));
  }
}
