package org.tanada.auth.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AuditContract.What;

/**
 * Something that happened, before it has its place in a chain.
 *
 * @param at when, to the microsecond
 * @param whoId the user who did it; null if it was none
 * @param who what did it if no user did, for example {@code operator}
 * @param what was done
 * @param whomId the user whom it concerns; null if it concerns none
 * @param network from where; null if unknown
 * @param detail at most {@value #MAX_DETAIL} characters
 */
public record Event(
    Instant at,
    @Nullable Long whoId,
    @Nullable String who,
    What what,
    @Nullable Long whomId,
    @Nullable String network,
    @Nullable String detail) {
  private static final int MAX_DETAIL = 200;

  public Event {
    at = at.truncatedTo(ChronoUnit.MICROS); // as rows keep times, so that hashes can be repeated
    detail =
        detail == null || detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
  }
}
