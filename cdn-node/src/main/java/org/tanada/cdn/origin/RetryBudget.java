package org.tanada.cdn.origin;

/** A token bucket that requests fill and retries drain, so that retries cannot multiply a load. */
final class RetryBudget {
  private static final int RESERVE = 20;

  private final double perRequest;
  private double tokens = RESERVE;

  RetryBudget(int percent) {
    this.perRequest = percent / 100.0;
  }

  synchronized void asked() {
    tokens = Math.min(tokens + perRequest, RESERVE * 5.0);
  }

  synchronized boolean tryRetry() {
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
