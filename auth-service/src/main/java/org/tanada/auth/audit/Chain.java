package org.tanada.auth.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.tanada.auth.store.Secrets;
import org.tanada.common.id.TanadaId;

/**
 * How entries are linked: one chain a virtual shard. The hash of an entry is SHA-256, in
 * hexadecimal, over its fields as netstrings one after the other (the number of bytes in UTF-8, a
 * colon, the bytes, a comma; a field that is not there is {@code -,}), in this order:
 *
 * <ol>
 *   <li>{@code tanada-audit-1}
 *   <li>the chain's number, and the entry's place in it from 1
 *   <li>the hash of the entry before it, 64 zeros for the first one
 *   <li>when, in microseconds since 1970 UTC
 *   <li>the user who did it, what did it if no user did, what was done, the user whom it concerns,
 *       the network, the detail
 * </ol>
 */
final class Chain {
  /** The hash before the first entry. */
  static final String BEGINNING = "0".repeat(64);

  private static final String FORM = "tanada-audit-1";
  private static final int OWNER_SEQUENCE = 16;
  private static final int HEAD_SEQUENCE = 17;
  private static final int LAST_OF_A_MILLISECOND = 4095;

  private Chain() {}

  /** Owner of a chain's rows: an id before all users' in its shard. */
  static long owner(int chain) {
    return TanadaId.of(TanadaId.EPOCH_MILLIS, chain, OWNER_SEQUENCE);
  }

  /** Id of the chain's head. */
  static long head(int chain) {
    return TanadaId.of(TanadaId.EPOCH_MILLIS, chain, HEAD_SEQUENCE);
  }

  /** The chain of what concerns this user; what concerns none is in the first one. */
  static int of(@Nullable Long whomId) {
    return whomId == null || whomId <= 0 ? 0 : TanadaId.shard(whomId);
  }

  /** The smallest id of the same shard that is greater. */
  static long after(int chain, long id) {
    int sequence = (int) (id & LAST_OF_A_MILLISECOND);
    long millis = TanadaId.time(id).toEpochMilli();
    return sequence == LAST_OF_A_MILLISECOND
        ? TanadaId.of(millis + 1, chain, 0)
        : TanadaId.of(millis, chain, sequence + 1);
  }

  /** The event as the next entry. */
  static EntryRow entry(int chain, long sequence, String previousHash, Event event) {
    EntryRow open =
        new EntryRow(
            sequence,
            previousHash,
            "",
            event.at(),
            event.whoId(),
            event.who(),
            event.what().id(),
            event.whomId(),
            event.network(),
            event.detail());
    return new EntryRow(
        sequence,
        previousHash,
        hash(chain, open),
        open.happenedAt(),
        open.whoId(),
        open.who(),
        open.what(),
        open.whomId(),
        open.network(),
        open.detail());
  }

  /** What the entry's hash has to be. */
  static String hash(int chain, EntryRow entry) {
    StringBuilder text = new StringBuilder();
    add(text, FORM);
    add(text, Integer.toString(chain));
    add(text, Long.toString(entry.sequence()));
    add(text, entry.previousHash());
    add(text, Long.toString(micros(entry.happenedAt())));
    add(text, entry.whoId() == null ? null : entry.whoId().toString());
    add(text, entry.who());
    add(text, entry.what());
    add(text, entry.whomId() == null ? null : entry.whomId().toString());
    add(text, entry.network());
    add(text, entry.detail());
    return Secrets.digest(text.toString());
  }

  /** What a head's seal is made of. */
  static String sealed(int chain, long sequence, String hash, long entryId) {
    StringBuilder text = new StringBuilder();
    add(text, Integer.toString(chain));
    add(text, Long.toString(sequence));
    add(text, hash);
    add(text, Long.toString(entryId));
    return text.toString();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static void add(StringBuilder text, @Nullable String field) {
    if (field == null) {
      text.append("-,");
    } else {
      text.append(field.getBytes(StandardCharsets.UTF_8).length).append(':').append(field);
      text.append(',');
    }
  }
}
