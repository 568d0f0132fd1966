package org.tanada.auth.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.PageLimit;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.AuditContract.Entries;
import org.tanada.common.account.AuditContract.Entry;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/** Reads the audit log for people. */
@Component
public final class AuditReader {
  private final AccountRows rows;

  AuditReader(AccountRows rows) {
    this.rows = rows;
  }

  /** A page, newest first; of one user's chain alone if it is about one. {@code unavailable}. */
  public Entries entries(Query query) {
    PageLimit.check(query.limit(), AuditContract.MAX_PAGE);
    Map<String, @Nullable Object> where = new LinkedHashMap<>();
    Long chain = null;
    if (query.whom() != null) {
      int shard = Chain.of(query.whom());
      if (shard >= rows.shards()) {
        return new Entries(java.util.List.of(), null); // an id of nobody
      }
      chain = Chain.owner(shard);
      where.put("whomId", query.whom());
    }
    if (query.who() != null) {
      where.put("whoId", query.who());
    }
    if (query.what() != null) {
      where.put("what", query.what().id());
    }
    Rows.TypedPage<EntryRow> page =
        rows.page(EntryRow.TABLE, chain, where, query.limit(), query.before());
    return new Entries(page.rows().stream().map(AuditReader::entry).toList(), page.next());
  }

  private static Entry entry(Stored<EntryRow> stored) {
    EntryRow row = stored.value();
    return new Entry(
        stored.id(),
        TanadaId.shard(stored.id()),
        row.sequence(),
        row.happenedAt(),
        row.whoId(),
        row.who(),
        row.what(),
        row.whomId(),
        row.network(),
        row.detail());
  }
}
