package org.tanada.common.row;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Where the virtual shards are, and moving them between clusters while they are in use, as any
 * router offers it to the operator's tools. Errors are problems: {@code not-found} (no such shard
 * or cluster), {@code conflict} (it does not fit what the shard is doing), {@code unavailable} (a
 * cluster has no primary now).
 */
@HttpExchange("/v1/shards")
public interface ShardsContract {
  /** All shards, and the moves that are under way or stand still. */
  @GetExchange
  Listing list();

  /** The clusters as the router that is asked sees them; it asks no database for that. */
  @GetExchange("/clusters")
  ClusterStates clusters();

  /**
   * Starts to move a shard, or resumes its move to the same cluster. The router that is asked does
   * it in the background.
   */
  @PostExchange("/moves")
  void move(@RequestBody Move move);

  /** Ends a move whose shard is still at its old place, and drops what was copied. */
  @PostExchange("/moves/aborts")
  void abort(@RequestBody Shard shard);

  /** Drops the copies that a shard has left behind where it was. */
  @PostExchange("/cleanings")
  Cleaned clean(@RequestBody Shard shard);

  /**
   * A shard.
   *
   * @param shard its number
   */
  record Shard(int shard) {}

  /**
   * A move.
   *
   * @param shard its number
   * @param to the number of the cluster to move it to
   */
  record Move(int shard, int to) {}

  /**
   * What was dropped.
   *
   * @param clusters where
   */
  record Cleaned(List<Integer> clusters) {
    public Cleaned {
      clusters = List.copyOf(clusters);
    }
  }

  /**
   * What the databases tell.
   *
   * @param clusters all that are listed
   * @param copies every copy of every shard
   * @param moves those that are not over
   */
  record Listing(List<Integer> clusters, List<Copy> copies, List<Progress> moves) {
    public Listing {
      clusters = List.copyOf(clusters);
      copies = List.copyOf(copies);
      moves = List.copyOf(moves);
    }
  }

  /**
   * What one router sees.
   *
   * @param clusters lowest number first
   */
  record ClusterStates(List<ClusterState> clusters) {
    public ClusterStates {
      clusters = List.copyOf(clusters);
    }
  }

  /**
   * A cluster.
   *
   * @param number its number
   * @param term grows with each promotion; 0 before the first one
   * @param acknowledged the position of the newest write there that this router told a client of,
   *     or found there when it began; null if it knows none
   * @param members its databases
   */
  record ClusterState(
      int number, long term, @Nullable String acknowledged, List<MemberState> members) {
    public ClusterState {
      members = List.copyOf(members);
    }
  }

  /**
   * A database.
   *
   * @param node its name
   * @param role {@code primary}, {@code replica} (fit to be read), {@code unfit} or {@code
   *     unreachable}
   * @param term the newest that it knows
   * @param lagSeconds how far it is behind; null if that is not known
   * @param position the last transaction that it has, shortened for people
   * @param remark why it is not fit; empty if it is
   */
  record MemberState(
      String node,
      String role,
      long term,
      @Nullable Long lagSeconds,
      String position,
      String remark) {}

  /**
   * A copy of a shard.
   *
   * @param shard its number
   * @param cluster where it is
   * @param state {@code active}, {@code fenced} (the end of a move), {@code moved} (an old copy) or
   *     {@code incoming}
   * @param epoch grows with each move
   * @param rows about how many
   * @param bytes about how many
   */
  record Copy(int shard, int cluster, String state, long epoch, long rows, long bytes) {}

  /**
   * How far a move is.
   *
   * @param shard which
   * @param from the cluster that has it
   * @param to the cluster that gets it
   * @param router who does it, or did it last
   * @param running whether it is being done now; else it can be resumed or aborted
   * @param phase {@code preparing}, {@code copying}, {@code verifying}, {@code flipping}, {@code
   *     spoilt}
   * @param rowsCopied so far
   * @param rowsExpected about how many there are
   * @param changesApplied that came meanwhile
   * @param rowsPerSecond copied on average
   * @param secondsLeft of the copy; null if not known
   * @param lagMillis how far the target was behind lately; null if not known
   * @param error why it stands still; null if it does not
   */
  record Progress(
      int shard,
      int from,
      int to,
      String router,
      boolean running,
      String phase,
      long rowsCopied,
      long rowsExpected,
      long changesApplied,
      long rowsPerSecond,
      @Nullable Long secondsLeft,
      @Nullable Long lagMillis,
      @Nullable String error) {}
}
