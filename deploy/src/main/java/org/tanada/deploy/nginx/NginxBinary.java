package org.tanada.deploy.nginx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The nginx that will read the configuration, and what it can do.
 *
 * @param executable the program
 * @param version for example {@code 1.22.1}
 * @param streamModule the TCP proxy, if it is a module that has to be loaded
 * @param stream whether there is a TCP proxy at all
 */
public record NginxBinary(
    Path executable, Version version, Optional<Path> streamModule, boolean stream) {
  private static final Pattern VERSION = Pattern.compile("nginx/(\\d+)\\.(\\d+)\\.(\\d+)");
  private static final Pattern MODULES = Pattern.compile("--modules-path=(\\S+)");
  private static final String STREAM_MODULE = "ngx_stream_module.so";

  /**
   * Asks the program what it is.
   *
   * @throws UncheckedIOException if it cannot be run
   * @throws IllegalStateException if it is not nginx
   */
  public static NginxBinary detect(Path executable) {
    String answer = run(List.of(executable.toString(), "-V"));
    Matcher version = VERSION.matcher(answer);
    if (!version.find()) {
      throw new IllegalStateException(executable + " is not nginx: it answered " + answer);
    }
    Optional<Path> module = Optional.empty();
    boolean builtIn = answer.matches("(?s).*--with-stream(\\s.*|$)");
    Matcher modules = MODULES.matcher(answer);
    if (!builtIn && modules.find()) {
      module = Optional.of(Path.of(modules.group(1), STREAM_MODULE)).filter(Files::isRegularFile);
    }
    return new NginxBinary(
        executable,
        new Version(
            Integer.parseInt(version.group(1)),
            Integer.parseInt(version.group(2)),
            Integer.parseInt(version.group(3))),
        module,
        builtIn || module.isPresent());
  }

  /** Runs a command of at most 10 s and gives what it printed, both streams together. */
  static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(String.join(" ", command) + " does not end");
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(command.getFirst() + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
    }
  }

  /**
   * A version of nginx.
   *
   * @param major first number
   * @param minor second number
   * @param patch third number
   */
  public record Version(int major, int minor, int patch) {
    /** Whether this one is the other or newer. */
    public boolean atLeast(int otherMajor, int otherMinor, int otherPatch) {
      if (major != otherMajor) {
        return major > otherMajor;
      }
      return minor != otherMinor ? minor > otherMinor : patch >= otherPatch;
    }
  }
}
