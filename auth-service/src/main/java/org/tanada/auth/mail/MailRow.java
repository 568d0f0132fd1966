package org.tanada.auth.mail;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code mails}.
 *
 * @param state {@code waiting}, {@code kept} or {@code failed}
 * @param kind of mail, or of work
 * @param sealed the {@link Letter}, encrypted: links in it open accounts
 * @param attempts how often it was tried
 * @param notBefore when it may be tried next; until then it belongs to who tries it now
 * @param expiresAt when it is deleted
 * @param error what was wrong the last time
 */
record MailRow(
    String state,
    String kind,
    String sealed,
    int attempts,
    Instant notBefore,
    Instant expiresAt,
    @Nullable String error) {
  static final Table<MailRow> TABLE = new Table<>("mails", MailRow.class);
}
