package org.tanada.auth.account;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code deletions}; its id is the user's. App servers carry it out, and delete it at the
 * end.
 *
 * @param state {@link #ACCOUNT} at first
 * @param avatarId the picture that the account had; null if it had none
 * @param avatarSmallId the same, small
 * @param attempts how often the present step was tried
 * @param notBefore when it may be tried next
 * @param error what was wrong the last time
 */
record DeletionRow(
    String state,
    @Nullable Long avatarId,
    @Nullable Long avatarSmallId,
    int attempts,
    Instant notBefore,
    @Nullable String error) {
  static final Table<DeletionRow> TABLE = new Table<>("deletions", DeletionRow.class);

  /** The account itself is still there. */
  static final String ACCOUNT = "account";
}
