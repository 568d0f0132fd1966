package org.tanada.app.testing;

import java.util.function.Supplier;

/**
 * Lets a server die: at one of its calls that change something, before or after the change. From
 * then on nothing that it tries has any effect.
 */
public final class Crashes {
  private int left = -1;
  private boolean dead;

  /** The server dies after so many points at which it could. */
  public synchronized void after(int points) {
    left = points;
    dead = false;
  }

  /** Another server has taken over; none dies any more. Returns whether the first one had. */
  public synchronized boolean takenOver() {
    boolean died = dead;
    left = -1;
    dead = false;
    return died;
  }

  /** Whether the server has died. */
  public synchronized boolean dead() {
    return dead;
  }

  <T> T around(Supplier<T> change) {
    point();
    T done = change.get();
    point();
    return done;
  }

  private synchronized void point() {
    if (left >= 0 && left-- == 0) {
      dead = true;
    }
    if (dead) {
      throw new Crash();
    }
  }

  /** The end of a server. */
  private static final class Crash extends RuntimeException {
    Crash() {
      super("The server has died on purpose.");
    }
  }
}
