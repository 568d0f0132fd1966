package org.tanada.app.deletion;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code deletions}; its id is the user's. auth-service writes it with the wish.
 *
 * @param state what is to be done next
 * @param avatarId the user's picture; null if there was none
 * @param avatarSmallId the same, small
 * @param attempts how often that was tried
 * @param notBefore when it may be tried next; until then it belongs to who tries it now
 * @param error what was wrong the last time
 */
record Deletion(
    String state,
    @Nullable Long avatarId,
    @Nullable Long avatarSmallId,
    int attempts,
    Instant notBefore,
    @Nullable String error) {
  static final Table<Deletion> TABLE = new Table<>("deletions", Deletion.class);

  /** The account is still there: its videos are withdrawn, its names given up, its rows deleted. */
  static final String ACCOUNT = "account";

  /** The account is gone: what it owned is deleted, but for what others have bought. */
  static final String CONTENT = "content";

  /** The files of the user's picture. */
  List<Long> pictures() {
    return Stream.of(avatarId, avatarSmallId).filter(Objects::nonNull).toList();
  }
}
