package org.tanada.app.export;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.AuditContract.Entries;
import org.tanada.common.account.AuditContract.Entry;
import org.tanada.common.account.AuditContract.Query;

/**
 * What the audit log has about the user. Who else did something is not theirs to take away, nor
 * from where.
 */
@Component
final class PortableAudit implements Portable {
  /** The newest ones: a line takes some 150 bytes. */
  private static final int MOST = 10_000;

  private final AuditContract audit;

  PortableAudit(AuditContract audit) {
    this.audit = audit;
  }

  @Override
  public void export(long userId, Archive archive) throws IOException {
    List<Exported> all = new ArrayList<>();
    add(all, userId, userId, null);
    add(all, userId, null, userId);
    archive.json("audit.json", all);
  }

  private void add(List<Exported> all, long userId, @Nullable Long whom, @Nullable Long who) {
    Long before = null;
    do {
      Entries page = audit.entries(new Query(whom, who, null, AuditContract.MAX_PAGE, before));
      for (Entry entry : page.entries()) {
        Long aboutId = entry.whomId();
        boolean about = aboutId != null && aboutId == userId;
        if (whom != null || !about) { // those about the user come once
          all.add(exported(entry, userId, about));
        }
      }
      before = page.next();
    } while (before != null && all.size() < MOST);
  }

  private static Exported exported(Entry entry, long userId, boolean about) {
    Long who = entry.whoId();
    boolean own = who != null && who == userId;
    return new Exported(
        entry.at(),
        entry.what(),
        own ? "you" : "somebody else",
        about ? "you" : "somebody else",
        own || who == null ? entry.network() : null,
        own || about ? entry.detail() : null);
  }

  /**
   * An entry as its subject may see it.
   *
   * @param network from where; null if it was somebody else
   */
  private record Exported(
      Instant at,
      String what,
      String who,
      String whom,
      @Nullable String network,
      @Nullable String detail) {}
}
