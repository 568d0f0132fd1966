package org.tanada.router.query;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Does the same for several clusters at once, the first one on the caller's own thread. */
@Component
final class Scatter implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** The results in the order of the parts; the first failure is thrown when all have ended. */
  <P, T> List<T> all(List<P> parts, Function<P, T> work) {
    List<Future<T>> others = new ArrayList<>();
    for (P part : parts.subList(Math.min(1, parts.size()), parts.size())) {
      others.add(threads.submit(() -> work.apply(part)));
    }
    List<T> results = new ArrayList<>();
    RuntimeException failure = null;
    try {
      if (!parts.isEmpty()) {
        results.add(work.apply(parts.getFirst()));
      }
    } catch (RuntimeException e) {
      failure = e;
    }
    for (Future<T> other : others) {
      try {
        results.add(other.get());
      } catch (ExecutionException e) {
        RuntimeException next =
            e.getCause() instanceof RuntimeException known
                ? known
                : new IllegalStateException(e.getCause());
        if (failure == null) {
          failure = next;
        } else {
          failure.addSuppressed(next);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ProblemException(ProblemCode.UNAVAILABLE, "the router is stopping", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
