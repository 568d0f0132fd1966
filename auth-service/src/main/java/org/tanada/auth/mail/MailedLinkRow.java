package org.tanada.auth.mail;

import java.time.Instant;
import org.tanada.common.row.Table;

/**
 * A row of {@code mailed_links}.
 *
 * @param purpose see {@link MailedLinks.Purpose}
 * @param secretHash SHA-256 of the link's secret, hexadecimal
 * @param email the address that it was mailed to
 * @param expiresAt when it stops working
 */
record MailedLinkRow(String purpose, String secretHash, String email, Instant expiresAt) {
  static final Table<MailedLinkRow> TABLE = new Table<>("mailed_links", MailedLinkRow.class);
}
