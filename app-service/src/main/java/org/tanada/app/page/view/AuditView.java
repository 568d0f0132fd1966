package org.tanada.app.page.view;

import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit log.
 *
 * @param what was done, as people say it
 * @param who did it
 * @param whom it concerns; null if that goes without saying, or nobody
 * @param whomId id of that user; null if there is none
 * @param at when
 * @param network from where; null if unknown
 * @param detail for example the role; null if there is none
 * @param place chain and place in it, for example {@code 7/23}
 */
public record AuditView(
    String what,
    String who,
    @Nullable String whom,
    @Nullable String whomId,
    Moment at,
    @Nullable String network,
    @Nullable String detail,
    String place) {}
