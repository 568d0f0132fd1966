package org.tanada.common.http;

/**
 * A token bucket that calls fill and retries drain (as Finagle's RetryBudget): at most so many
 * retries per hundred calls, with a small reserve for a quiet caller.
 */
final class RetryBudget {
  private static final int RESERVE = 20;

  private final double perCall;
  private double tokens = RESERVE;

  RetryBudget(int percent) {
    this.perCall = percent / 100.0;
  }

  synchronized void called() {
    tokens = Math.min(tokens + perCall, RESERVE * 5.0);
  }

  synchronized boolean tryRetry() {
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
