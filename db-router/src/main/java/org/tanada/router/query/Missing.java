package org.tanada.router.query;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * What cannot be read now: noted if the reader asked for the rest all the same, else a failure.
 *
 * @param <T> what is missing, such as keys or shards
 */
final class Missing<T> {
  private final boolean partial;
  private final Set<T> parts = ConcurrentHashMap.newKeySet();

  /**
   * Nothing is missing so far.
   *
   * @param partial whether something may be; no, if null
   */
  Missing(@Nullable Boolean partial) {
    this.partial = Boolean.TRUE.equals(partial);
  }

  /**
   * Reads some parts.
   *
   * @return empty if they are missing, and may be
   */
  <R> Optional<R> unless(Collection<T> read, Supplier<R> by) {
    try {
      R result = by.get();
      parts.removeAll(read); // an attempt before may have failed
      return Optional.of(result);
    } catch (ProblemException e) {
      boolean away = e.code() == ProblemCode.UNAVAILABLE || e.code() == ProblemCode.MOVED;
      if (!partial || !away) {
        throw e;
      }
      parts.addAll(read);
      return Optional.empty();
    }
  }

  /** What is missing. */
  Set<T> parts() {
    return parts;
  }
}
