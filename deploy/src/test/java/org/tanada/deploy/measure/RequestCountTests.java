package org.tanada.deploy.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestCountTests {
  @Test
  void requestsOfAllKindsAreAddedUpAndProbesAreNot() {
    double sum =
        RequestCount.sum(
            Stream.of(
                "# HELP http_server_requests_seconds  ",
                "http_server_requests_seconds_count{method=\"GET\",uri=\"/api\"} 12",
                "http_server_requests_seconds_sum{method=\"GET\",uri=\"/api\"} 99.5",
                "http_server_requests_seconds_count{uri=\"/actuator/health/{*path}\"} 700",
                "tanada_edge_requests_total{outcome=\"hit\"} 5.0",
                "tanada_balancer_requests_total{server=\"app-1\"} 3.0",
                "jvm_memory_used_bytes 1.0E8"));

    assertThat(sum).isEqualTo(20);
  }

  @Test
  void aProcessOfOursUsesTimeAndMemory() {
    ProcessUsage usage = ProcessUsage.of(ProcessHandle.current().pid());

    assertThat(usage.cpuTicks()).isPositive();
    assertThat(usage.residentKilobytes()).isGreaterThan(10_000);
    assertThat(ProcessUsage.of(0)).isEqualTo(ProcessUsage.NONE);
  }
}
