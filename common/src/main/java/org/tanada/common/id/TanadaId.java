package org.tanada.common.id;

import java.time.Instant;

/**
 * Layout of a 63-bit id: 41 bits of milliseconds since 2026-01-01T00:00:00Z, 10 bits of virtual
 * shard, 12 bits of sequence, highest first. Ids of one shard sort by time of creation; any id
 * alone names its virtual shard. In JSON an id is a string of decimal digits, as JavaScript's
 * numbers hold 53 bits only.
 */
public final class TanadaId {
  /** 2026-01-01T00:00:00Z in milliseconds since the Unix epoch. */
  public static final long EPOCH_MILLIS = 1_767_225_600_000L;

  /** Most virtual shards that an id can name. */
  public static final int MAX_SHARDS = 1 << 10;

  static final int SEQUENCE_BITS = 12;
  static final int SHARD_BITS = 10;
  static final int SEQUENCES = 1 << SEQUENCE_BITS;
  private static final long MAX_MILLIS = (1L << 41) - 1;

  private TanadaId() {}

  /**
   * Composes an id.
   *
   * @throws IllegalArgumentException if a part is out of its range
   */
  public static long of(long epochMillis, int shard, int sequence) {
    long millis = epochMillis - EPOCH_MILLIS;
    if (millis < 0 || millis > MAX_MILLIS) {
      throw new IllegalArgumentException("time out of range: " + epochMillis);
    }
    if (shard < 0 || shard >= MAX_SHARDS) {
      throw new IllegalArgumentException("shard out of range: " + shard);
    }
    if (sequence < 0 || sequence >= SEQUENCES) {
      throw new IllegalArgumentException("sequence out of range: " + sequence);
    }
    return millis << (SHARD_BITS + SEQUENCE_BITS) | (long) shard << SEQUENCE_BITS | sequence;
  }

  /**
   * Composes an id of 64 bits that are spread evenly, in one of the shards: the same bits are
   * always the same id.
   */
  public static long ofDigest(long digest, int shards) {
    long millis = digest >>> (SHARD_BITS + SEQUENCE_BITS + 1);
    int shard = (int) ((digest >>> SEQUENCE_BITS) & Integer.MAX_VALUE) % shards;
    return of(EPOCH_MILLIS + millis, shard, (int) digest & (SEQUENCES - 1));
  }

  /** The virtual shard that the id names, 0 to 1023. */
  public static int shard(long id) {
    return (int) (id >>> SEQUENCE_BITS) & (MAX_SHARDS - 1);
  }

  /** When the id was made, to the millisecond. */
  public static Instant time(long id) {
    return Instant.ofEpochMilli((id >>> (SHARD_BITS + SEQUENCE_BITS)) + EPOCH_MILLIS);
  }

  /**
   * Reads an id from its decimal form.
   *
   * @return the id, or -1 if the text is not the canonical decimal form of a positive 63-bit number
   */
  public static long parse(String text) {
    int length = text.length();
    if (length == 0 || length > 19 || text.charAt(0) < '1') {
      return -1;
    }
    long id = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9 || id > (Long.MAX_VALUE - digit) / 10) {
        return -1;
      }
      id = id * 10 + digit;
    }
    return id;
  }
}
