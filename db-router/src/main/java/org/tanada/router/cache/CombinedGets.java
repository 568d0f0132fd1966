package org.tanada.router.cache;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gets that come at the same time become bulk gets: while some are under way, whoever comes waits,
 * and the first of those who wait asks for all of them as soon as one has ended (flat combining, as
 * Hendler et al., SPAA 2010). A lone caller never waits, and the busier it gets the more share the
 * cost of one.
 */
final class CombinedGets {
  /**
   * Gets at once. Fewer would be combined sooner, but to wake one caller by another costs more than
   * a get of its own until there are many.
   */
  static final int UNDER_WAY = 8;

  /** So many keys are worth a bulk get of their own. */
  private static final int MANY = 20;

  /** Most keys of a combined one. */
  private static final int MOST = 200;

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Wanted> waiting = new ArrayDeque<>();
  private int underWay;

  /** The bulk get of the client that is used. */
  interface Bulk {
    /** What is there in time, by the names; never fails. */
    Map<String, byte[]> get(Collection<String> names, long millis);
  }

  /** What is there in time: by the names, and more than these. */
  Map<String, byte[]> get(Collection<String> names, Duration timeout, Bulk bulk) {
    if (names.size() >= MANY) {
      return bulk.get(names, timeout.toMillis());
    }
    Wanted mine = new Wanted(names);
    List<Wanted> led = begin(mine);
    if (led == null) {
      led = mine.led(System.nanoTime() + timeout.toNanos());
    }
    if (led != null) {
      lead(led, timeout, bulk);
    }
    Map<String, byte[]> found = mine.found;
    return found == null ? Map.of() : found;
  }

  /** How many callers wait until they are asked for. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void lead(List<Wanted> led, Duration timeout, Bulk bulk) {
    Map<String, byte[]> found = Map.of();
    try {
      if (led.size() == 1) {
        found = bulk.get(led.getFirst().names, timeout.toMillis());
      } else {
        List<String> names = new ArrayList<>();
        led.forEach(wanted -> names.addAll(wanted.names));
        found = bulk.get(names, timeout.toMillis());
      }
    } finally {
      for (Wanted wanted : led) {
        wanted.end(found);
      }
      handOver();
    }
  }

  /** The caller's own gets if it may begin at once; null if it must wait. */
  private @Nullable List<Wanted> begin(Wanted mine) {
    lock.lock();
    try {
      if (underWay < UNDER_WAY) {
        underWay++;
        return List.of(mine);
      }
      waiting.add(mine);
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** The first of those who wait takes the others along. */
  private void handOver() {
    Wanted leader = null;
    lock.lock();
    try {
      List<Wanted> next = new ArrayList<>();
      int keys = 0;
      while (!waiting.isEmpty() && keys < MOST) {
        Wanted wanted = waiting.remove();
        next.add(wanted);
        keys += wanted.names.size();
      }
      if (next.isEmpty()) {
        underWay--;
      } else {
        leader = next.getFirst();
        leader.leads = next;
      }
    } finally {
      lock.unlock();
    }
    if (leader != null) {
      LockSupport.unpark(leader.caller);
    }
  }

  /** One caller's gets. */
  private final class Wanted {
    private final Thread caller = Thread.currentThread();
    private final Collection<String> names;
    private volatile @Nullable List<Wanted> leads;
    private volatile @Nullable Map<String, byte[]> found;

    Wanted(Collection<String> names) {
      this.names = names;
    }

    /** Waits until somebody has asked, or this caller must; null unless it must. */
    @Nullable List<Wanted> led(long deadline) {
      boolean interrupted = false;
      while (found == null && leads == null) {
        long left = deadline - System.nanoTime();
        if (left <= 0 && leave()) {
          break;
        }
        LockSupport.parkNanos(this, Math.max(left, 1));
        interrupted |= Thread.interrupted(); // else parking would not wait any more
      }
      if (interrupted) {
        caller.interrupt();
      }
      return found == null ? leads : null;
    }

    /** Gives up, unless it has been chosen to ask for the others. */
    private boolean leave() {
      lock.lock();
      try {
        waiting.remove(this);
        return leads == null;
      } finally {
        lock.unlock();
      }
    }

    void end(Map<String, byte[]> what) {
      found = what;
      if (caller != Thread.currentThread()) {
        LockSupport.unpark(caller);
      }
    }
  }
}
