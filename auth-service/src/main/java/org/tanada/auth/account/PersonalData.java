package org.tanada.auth.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.UsedValues;
import org.tanada.common.problem.ProblemException;

/** Gathers what the features keep about a user. */
@Component
public final class PersonalData {
  /** An export reads all that a user has: this many in each hour, over all servers. */
  private static final int EXPORTS_AN_HOUR = 3;

  private static final String EXPORT = "export";
  private static final Duration WINDOW = Duration.ofHours(1);

  private final AccountRows rows;
  private final UsedValues used;
  private final InstantSource clock;
  private final List<Portable> parts;

  PersonalData(AccountRows rows, UsedValues used, InstantSource clock, List<Portable> parts) {
    this.rows = rows;
    this.used = used;
    this.clock = clock;
    this.parts = List.copyOf(parts);
  }

  /**
   * All of it, by kind.
   *
   * @throws ProblemException {@code not-found}; {@code too-many-requests}
   */
  public Map<String, List<Object>> export(long userId) {
    rows.activeUser(userId);
    spend(userId);
    Map<String, List<Object>> all = new TreeMap<>();
    parts.forEach(part -> all.putAll(part.export(userId)));
    return all;
  }

  private void spend(long userId) {
    Instant now = clock.instant();
    long hour = now.getEpochSecond() / WINDOW.toSeconds();
    Instant end = Instant.ofEpochSecond((hour + 1) * WINDOW.toSeconds());
    for (int i = 0; i < EXPORTS_AN_HOUR; i++) {
      if (used.use(EXPORT, userId + " " + hour + " " + i, end)) {
        return;
      }
    }
    throw ProblemException.tooMany(
        "It was exported " + EXPORTS_AN_HOUR + " times within this hour.",
        Math.max(1, Duration.between(now, end).toSeconds()));
  }
}
