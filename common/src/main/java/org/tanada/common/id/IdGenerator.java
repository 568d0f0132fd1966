package org.tanada.common.id;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Makes ids on any server without asking another. Within one generator ids are unique and never go
 * back in time, also when the clock does. Two generators can meet on the same shard, millisecond
 * and sequence (each millisecond starts at a random sequence, so 1 in 4096 of such meetings): the
 * insert then fails as a duplicate and is repeated with a new id.
 */
public final class IdGenerator {
  private final InstantSource clock;
  private final RandomGenerator random;
  private long lastMillis;
  private int sequence;
  private int used;

  /** A generator on the given clock and source of randomness. */
  public IdGenerator(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** A new id in the given virtual shard. */
  public synchronized long next(int shard) {
    long now = Math.max(clock.millis(), lastMillis);
    if (now == lastMillis && used == TanadaId.SEQUENCES) {
      now++; // the millisecond is used up: borrow from the next one
    }
    if (now != lastMillis) {
      lastMillis = now;
      sequence = random.nextInt(TanadaId.SEQUENCES);
      used = 0;
    }
    used++;
    sequence = (sequence + 1) & (TanadaId.SEQUENCES - 1);
    return TanadaId.of(now, shard, sequence);
  }

  /** A new id in the same virtual shard as the given one: for a row that the same user owns. */
  public long nextBeside(long id) {
    return next(TanadaId.shard(id));
  }

  /** A new id in a virtual shard chosen evenly: for a new user. */
  public long nextAnywhere(int shards) {
    return next(random.nextInt(shards));
  }
}
