package org.tanada.deploy.ship;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same on several boards at a time. */
final class Parallel {
  private Parallel() {}

  /** What is done on a board. */
  interface Step {
    /** Does it. */
    void on(RemoteBoard board) throws IOException;
  }

  /** Waits for all, then fails as the first one in order failed. */
  static void each(Collection<RemoteBoard> boards, Step step) throws IOException {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (RemoteBoard board : boards) {
        running.add(
            threads.submit(() -> {
              step.on(board);
              return null;
            }));
      }
    }
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException cause -> throw cause;
          case RuntimeException cause -> throw cause;
          case null, default -> throw new IllegalStateException(e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
