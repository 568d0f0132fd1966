package org.tanada.auth.store;

import org.tanada.common.problem.ProblemException;

/** How many rows somebody asks for at a time. */
public final class PageLimit {
  private PageLimit() {}

  /** Refuses others than 1 to the most. {@code validation-failed} of {@code limit}. */
  public static void check(int limit, int most) {
    if (limit < 1 || limit > most) {
      throw ProblemException.invalid("limit", "must be 1 to " + most);
    }
  }
}
