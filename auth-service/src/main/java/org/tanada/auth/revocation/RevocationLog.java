package org.tanada.auth.revocation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.AccessContract.Kind;
import org.tanada.common.account.AccessContract.Revocation;
import org.tanada.common.account.Revocations;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.FreshId;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Revocations as all auth servers share them. Whoever ends something writes it here first, and
 * deletes rows then: what fails in between has revoked too much for a while, never too little. If
 * it cannot be written, nothing is ended, and the caller is told so.
 */
@Component
public final class RevocationLog {
  /** Longer than an app server believes what it was told of a session, and than rows are cached. */
  private static final Duration SESSION = Duration.ofMinutes(3);

  /** A key's public part is forgotten by verifiers long before. */
  private static final Duration KEY = Duration.ofDays(1);

  /** Wrong clocks that are tolerated, and more. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  /** A row may be committed this much later than its id was made. */
  private static final Duration OVERLAP = Duration.ofMinutes(1);

  private static final int ATTEMPTS = 5;

  private final AccountRows rows;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final Duration token;
  private final Revocations known;
  private @Nullable Instant readFrom;

  RevocationLog(
      AccountRows rows,
      IdGenerator ids,
      InstantSource clock,
      @Value("${tanada.auth.token.access}") Duration access) {
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    this.token = access.plus(MARGIN);
    this.known = new Revocations(clock);
  }

  /** What this server knows. */
  public Revocations known() {
    return known;
  }

  /** Ends all sessions and tokens of a user that began until then. {@code unavailable}. */
  public void user(long userId, Instant cutoff) {
    publish(Kind.USER, Long.toString(userId), token, cutoff);
  }

  /** Ends a session of a cookie. {@code unavailable}. */
  public void session(long sessionId) {
    publish(Kind.SESSION, Long.toString(sessionId), SESSION);
  }

  /** Ends the tokens of a sign-in. {@code unavailable}. */
  public void family(long familyId) {
    publish(Kind.SESSION, Long.toString(familyId), token);
  }

  /** Ends all that a key has signed. {@code unavailable}. */
  public void key(String kid) {
    publish(Kind.KEY, kid, KEY);
  }

  /** Tells servers to forget what they remember of a user. {@code unavailable}. */
  public void profile(long userId) {
    publish(Kind.PROFILE, Long.toString(userId), SESSION);
  }

  private void publish(Kind kind, String subject, Duration keep) {
    publish(kind, subject, keep, clock.instant());
  }

  private void publish(Kind kind, String subject, Duration keep, Instant cutoff) {
    RevocationRow row = new RevocationRow(kind, subject, cutoff, clock.instant().plus(keep));
    // all rows are in one shard: there servers that write in the same millisecond may meet
    long id =
        FreshId.commit(
                ATTEMPTS,
                () ->
                    rows.commit(
                        RevocationRow.OWNER,
                        Write.insert(
                            RevocationRow.TABLE, ids.nextBeside(RevocationRow.OWNER), row)))
            .rows()
            .getFirst()
            .id();
    known.add(new Revocation(id, kind, subject, cutoff, row.expiresAt()));
  }

  /** Reads what is new, all that counts the first time. {@code unavailable}. */
  void read() {
    Instant now = clock.instant();
    Instant from = readFrom == null ? now.minus(KEY) : readFrom;
    List<Stored<RevocationRow>> found =
        rows.ofOwnerSince(RevocationRow.TABLE, RevocationRow.OWNER, from);
    known.read(found.stream().map(RevocationRow::entry).toList(), now);
    readFrom = now.minus(OVERLAP);
  }

  /** Deletes rows that forbid nothing any more. */
  void sweep() {
    Instant now = clock.instant();
    rows.ofOwnerSince(RevocationRow.TABLE, RevocationRow.OWNER, Instant.EPOCH).stream()
        .filter(stored -> !now.isBefore(stored.value().expiresAt()))
        .forEach(
            stored -> rows.deleteIfPresent(RevocationRow.TABLE, RevocationRow.OWNER, stored.id()));
  }
}
