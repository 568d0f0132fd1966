package org.tanada.app.deletion;

import java.util.List;

/**
 * A feature's part of the end of an account. Each method may be called again after a failure or a
 * crash, and then finishes what is left; what it throws has the step tried again later.
 */
public interface Leaving {
  /** The account is locked, and about to go: takes out of sight what the user has shown. */
  void hide(Departing user);

  /** The account is gone, and so is all that was under way for it: deletes what is left. */
  void remove(Departing user);

  /**
   * Who leaves.
   *
   * @param userId the user
   * @param pictures the files of their picture
   */
  record Departing(long userId, List<Long> pictures) {}
}
