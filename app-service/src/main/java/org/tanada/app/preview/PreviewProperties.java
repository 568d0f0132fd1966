package org.tanada.app.preview;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How videos are looked into. Each server looks into one at a time.
 *
 * @param ffmpeg the program, by its name or its path; empty: this server looks into none
 * @param ffprobe the same of its sister, which tells how long a video is
 * @param sweep how often a server looks for videos that are due
 * @param lease how long a video belongs to the server that looks into it; longer than that takes
 * @param backoff before the next attempt; it doubles for each further one
 * @param attempts how often somebody looks into a video that ends a server, or takes too long
 * @param timeLimit of one run of a program; also of the processor's time that it takes
 * @param memory address space of a program
 * @param sample of a video's beginning so much is looked at, and of its index as much again: what
 *     is needed of the disk for temporary files
 */
@Validated
@ConfigurationProperties("tanada.app.previews")
record PreviewProperties(
    @DefaultValue("ffmpeg") @NotNull String ffmpeg,
    @DefaultValue("ffprobe") @NotNull String ffprobe,
    @DefaultValue("10s") @DurationMin(millis = 10) @DurationMax(hours = 1) Duration sweep,
    @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration lease,
    @DefaultValue("1m") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration backoff,
    @DefaultValue("4") @Min(1) @Max(20) int attempts,
    @DefaultValue("60s") @DurationMin(millis = 100) @DurationMax(minutes = 3) Duration timeLimit,
    @DefaultValue("1GB") @NotNull DataSize memory,
    @DefaultValue("16MB") @NotNull DataSize sample) {}
