package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Binaries;

/**
 * Runs a program of the system at low priority, to its end.
 *
 * @param code it ended with
 * @param output what it wrote to standard output
 * @param words what it wrote to standard error
 */
record Program(int code, String output, String words) {
  /** Copying and counting take as long as they take. */
  static final Duration UNLIMITED = Duration.ofDays(30);

  /** Runs it in a directory, or in ours. */
  static Program run(@Nullable Path directory, Map<String, String> environment, String... command)
      throws IOException {
    return run(directory, environment, UNLIMITED, command);
  }

  /** The same; one that takes longer than the limit is ended, and has said what it said. */
  static Program run(
      @Nullable Path directory, Map<String, String> environment, Duration limit, String... command)
      throws IOException {
    List<String> whole = Binaries.politely();
    whole.add(Binaries.need(command[0]));
    whole.addAll(List.of(command).subList(1, command.length));
    ProcessBuilder builder = new ProcessBuilder(whole);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    // what waits for the limit ends with the program: an agent runs one each minute, for months
    process
        .onExit()
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(late -> {
          process.destroy();
          return process;
        });
    try {
      process.getOutputStream().close();
      CompletableFuture<String> words =
          CompletableFuture.supplyAsync(
              () -> text(process.getErrorStream()),
              task -> Thread.ofPlatform().daemon().start(task)); // the shared pool has one thread
      String output = text(process.getInputStream());
      return new Program(process.waitFor(), output, words.join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(java.io.InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // it was ended: its code says so
    }
  }

  /** The last line of what it said that means something. */
  String reason() {
    return words
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((first, second) -> second)
        .orElse("it ended with code " + code);
  }
}
