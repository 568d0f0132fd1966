package org.tanada.deploy.measure;

import org.jspecify.annotations.Nullable;

/**
 * A node as {@code status} shows it; the names of the components are those of {@code --json}.
 *
 * @param uptimeSeconds since its process was started; null when it does not run
 * @param cpuPercent of one processor, over the time of measuring
 * @param memoryBytes in RAM
 * @param requestsPerSecond null for what is not one of our services
 * @param problem empty when there is none
 */
public record NodeStatus(
    String name,
    String tier,
    String address,
    String state,
    String version,
    long pid,
    int restarts,
    @Nullable Long uptimeSeconds,
    @Nullable Double cpuPercent,
    @Nullable Long memoryBytes,
    @Nullable Double requestsPerSecond,
    String problem) {}
