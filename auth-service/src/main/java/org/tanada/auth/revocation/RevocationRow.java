package org.tanada.auth.revocation;

import java.time.Instant;
import org.tanada.common.account.AccessContract.Kind;
import org.tanada.common.account.AccessContract.Revocation;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;

/**
 * A row of {@code revocations}.
 *
 * @param kind what it is about
 * @param subject id of the user or session, or the {@code kid}
 * @param cutoff when it was revoked
 * @param expiresAt until when it has to be remembered
 */
record RevocationRow(Kind kind, String subject, Instant cutoff, Instant expiresAt) {
  static final Table<RevocationRow> TABLE = new Table<>("revocations", RevocationRow.class);

  /** Owner of the rows: an id before all users' in shard 0, which every installation has. */
  static final long OWNER = TanadaId.of(TanadaId.EPOCH_MILLIS, 0, 3);

  static Revocation entry(Stored<RevocationRow> stored) {
    RevocationRow row = stored.value();
    return new Revocation(stored.id(), row.kind(), row.subject(), row.cutoff(), row.expiresAt());
  }
}
