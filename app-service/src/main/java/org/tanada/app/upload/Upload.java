package org.tanada.app.upload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code uploads}, owned by who uploads.
 *
 * @param state how far it is
 * @param kind whether it is a whole file
 * @param length of the content when it is complete
 * @param received how much of it is durable: the offset where the client goes on
 * @param pieces how many files that is so far
 * @param videoId whose content it will be; null for a part
 * @param metadata {@code Upload-Metadata} as it came
 * @param joined {@code Upload-Concat} as it came; null for an upload of its own
 * @param head its first bytes in hexadecimal, which tell its type
 * @param expiresAt when it ends if nothing more arrives
 * @param expiresDay the day of that, counted from 1970, by which it is found
 */
record Upload(
    State state,
    Kind kind,
    long length,
    long received,
    long pieces,
    @Nullable Long videoId,
    String metadata,
    @Nullable String joined,
    String head,
    Instant expiresAt,
    long expiresDay) {
  static final Table<Upload> TABLE = new Table<>("uploads", Upload.class);

  /** Whether all of it is there. */
  boolean complete() {
    return received == length;
  }

  /** The day of a time, counted from 1970 in UTC. */
  static long day(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), 86_400L);
  }

  /** How far an upload is. */
  enum State {
    /** Bytes may arrive. */
    OPEN,
    /** It is the content of its video. */
    DONE,
    /** Given up by its owner, or joined with others. */
    ENDED
  }

  /** What an upload is. */
  enum Kind {
    /** A file. */
    WHOLE,
    /** A part, to be joined with others ({@code Upload-Concat: partial}). */
    PART,
    /** Made of parts ({@code Upload-Concat: final}). */
    JOINED
  }
}
