package org.tanada.auth.throttle;

import java.time.Instant;
import org.tanada.common.row.Table;

/**
 * A row of {@code spent_budgets}; its id tells of which budget, and whose.
 *
 * @param earnedAt when all that was spent will have been earned
 */
record SpentBudget(Instant earnedAt) {
  static final Table<SpentBudget> TABLE = new Table<>("spent_budgets", SpentBudget.class);
}
