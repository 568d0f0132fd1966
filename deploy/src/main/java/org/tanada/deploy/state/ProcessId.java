package org.tanada.deploy.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that cannot be mistaken for a later one with the same number.
 *
 * @param pid its number
 * @param start its start in clock ticks since boot, field 22 of {@code /proc/PID/stat}
 */
public record ProcessId(long pid, long start) {
  /** No process. */
  public static final ProcessId NONE = new ProcessId(0, 0);

  /** The process that has the number now, or none. */
  public static ProcessId of(long pid) {
    String[] fields = stat(pid);
    return fields.length < 20 ? NONE : new ProcessId(pid, Long.parseLong(fields[19]));
  }

  /** Whether it still runs; a zombie does not. */
  public boolean alive() {
    if (pid <= 0) {
      return false;
    }
    String[] fields = stat(pid);
    return fields.length >= 20
        && Long.parseLong(fields[19]) == start
        && !fields[0].equals("Z")
        && !fields[0].equals("X");
  }

  /**
   * Sends a signal, for example {@code TERM}; does nothing when the process has ended.
   *
   * @return whether it was sent
   */
  public boolean signal(String signal) {
    if (!alive()) {
      return false;
    }
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return kill.waitFor(5, TimeUnit.SECONDS) && kill.exitValue() == 0;
    } catch (IOException e) {
      throw new OperatorException("/bin/sh cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The fields after the command's name: [0] is the state, [19] the start. */
  private static String[] stat(long pid) {
    try {
      String line =
          new String(
              Files.readAllBytes(Path.of("/proc/" + pid + "/stat")), StandardCharsets.ISO_8859_1);
      return line.substring(line.lastIndexOf(')') + 2).split(" ");
    } catch (IOException | IndexOutOfBoundsException e) {
      return new String[0];
    }
  }
}
