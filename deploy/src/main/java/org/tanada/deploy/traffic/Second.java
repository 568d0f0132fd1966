package org.tanada.deploy.traffic;

import java.util.Map;

/**
 * What one second of traffic showed.
 *
 * @param at end of the second, milliseconds since the Unix epoch
 * @param requests finished in it
 * @param failures of them: no answer, or a status of 500 and above
 * @param p50 median time of an answer in milliseconds
 * @param p99 99th percentile in milliseconds
 * @param servers answers by app server ({@code Tanada-Node}); answers from an edge's cache count
 *     for none
 */
public record Second(
    long at, long requests, long failures, double p50, double p99, Map<String, Long> servers) {
  public Second {
    servers = Map.copyOf(servers);
  }
}
