package org.tanada.app.web;

import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemException;

/**
 * Which page of a list.
 *
 * @param limit 1 to 100 rows
 * @param before only rows with a smaller id; null for the first page
 */
public record PageRequest(int limit, @Nullable Long before) {
  /** Rows of a page unless the client asks for another number. */
  public static final int DEFAULT_LIMIT = 20;

  /** Longest page. */
  public static final int MAX_LIMIT = 100;

  /**
   * @throws ProblemException {@code validation-failed} if the limit is out of range
   */
  public PageRequest {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw ProblemException.invalid("limit", "must be 1 to " + MAX_LIMIT);
    }
  }

  /** The first page of so many rows. */
  public static PageRequest first(int limit) {
    return new PageRequest(limit, null);
  }
}
