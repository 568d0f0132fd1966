package org.tanada.balancer.upstream;

/**
 * A token bucket that requests fill and repetitions drain (as Finagle's RetryBudget): at most so
 * many repetitions per hundred requests, with a small reserve for a quiet gateway.
 */
final class RetryBudget {
  private static final double RESERVE = 20;

  private final double perRequest;
  private double tokens = RESERVE;

  RetryBudget(int percent) {
    this.perRequest = percent / 100.0;
  }

  synchronized void requested() {
    tokens = Math.min(tokens + perRequest, RESERVE * 5);
  }

  synchronized boolean tryRepeat() {
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
