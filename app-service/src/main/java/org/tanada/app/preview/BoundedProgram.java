package org.tanada.app.preview;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Runs a program that may meet hostile files: with nothing to read, little memory and time, no file
 * that it could write, none of this server's environment, which has its secrets, and after
 * everything else that wants the processor. One at a time.
 */
final class BoundedProgram {
  /** Sets what the shell can limit, then becomes the program: the process that is killed is it. */
  private static final String LIMITS =
      "ulimit -c 0 && ulimit -f 0 && ulimit -n 64 && ulimit -v \"$1\" && ulimit -t \"$2\""
          + " && shift 2 && exec nice -n 19 \"$@\"";

  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final int MAX_ERRORS = 500;

  /** What the system says of a program that was killed, or whose time on the processor is over. */
  private static final List<Integer> KILLED = List.of(128 + 9, 128 + 24);

  private static final Duration TO_HEAR_THE_END = Duration.ofSeconds(5);

  private final Duration timeLimit;
  private final DataSize memory;
  private volatile @Nullable Process running;

  BoundedProgram(Duration timeLimit, DataSize memory) {
    this.timeLimit = timeLimit;
    this.memory = memory;
  }

  /** How a run went. */
  sealed interface Run {
    /**
     * The program ended by itself.
     *
     * @param code its exit code
     * @param output what it wrote
     * @param errors the beginning of what it said on its standard error
     */
    @SuppressWarnings("ArrayRecordComponent") // looked at once, never compared
    record Ended(int code, byte[] output, String errors) implements Run {}

    /**
     * It was stopped.
     *
     * @param why for example {@code took more than PT60S}
     */
    record Stopped(String why) implements Run {}
  }

  /**
   * Runs it to its end, or to the end of its time.
   *
   * @param directory where it runs
   * @param maxOutput bytes that it may write to its standard output
   * @throws IOException if it cannot be started
   */
  Run run(List<String> command, Path directory, int maxOutput) throws IOException {
    Process process = start(command, directory);
    running = process;
    try {
      CompletableFuture<byte[]> output = read(process.getInputStream(), maxOutput + 1, false);
      CompletableFuture<byte[]> errors = read(process.getErrorStream(), MAX_ERRORS, true);
      if (!process.waitFor(timeLimit.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Run.Stopped("took more than " + timeLimit);
      }
      byte[] written = end(output);
      if (written.length > maxOutput) {
        return new Run.Stopped("wrote more than " + maxOutput + " bytes");
      }
      int code = process.exitValue();
      return KILLED.contains(code)
          ? new Run.Stopped("was killed, or took too much of the processor's time")
          : new Run.Ended(code, written, new String(end(errors), StandardCharsets.UTF_8).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Run.Stopped("was interrupted");
    } catch (TimeoutException e) {
      return new Run.Stopped("left somebody behind who holds its output");
    } finally {
      running = null;
      kill(process);
    }
  }

  /** Ends the program that runs, if there is one. */
  void stop() {
    Process process = running;
    if (process != null) {
      kill(process);
    }
  }

  private Process start(List<String> command, Path directory) throws IOException {
    List<String> limited = new ArrayList<>(List.of("/bin/sh", "-c", LIMITS, "preview"));
    limited.add(Long.toString(memory.toKilobytes()));
    limited.add(Long.toString(Math.max(1, timeLimit.toSeconds())));
    limited.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(limited)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"));
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /**
   * Reads what a program writes.
   *
   * @param all whether to listen on when there is more than that; else the program writes into a
   *     pipe that nobody reads, and ends
   */
  private static CompletableFuture<byte[]> read(InputStream from, int most, boolean all) {
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("preview-output")
        .start(() -> {
          try (from) {
            byte[] bytes = from.readNBytes(most);
            if (all) {
              from.transferTo(OutputStream.nullOutputStream());
            }
            read.complete(bytes);
          } catch (IOException e) {
            read.completeExceptionally(e);
          }
        });
    return read;
  }

  private static byte[] end(CompletableFuture<byte[]> read)
      throws InterruptedException, TimeoutException {
    try {
      return read.get(TO_HEAR_THE_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new UncheckedIOException(
          "a program's output cannot be read", new IOException(e.getCause()));
    }
  }
}
