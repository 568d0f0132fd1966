package org.tanada.deploy.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a process and its children have used, from {@code /proc}.
 *
 * @param cpuTicks processor time since its start, in hundredths of a second
 * @param residentKilobytes memory in RAM
 */
public record ProcessUsage(long cpuTicks, long residentKilobytes) {
  /** Linux counts processor time in hundredths of a second towards user space. */
  public static final double TICKS_PER_SECOND = 100;

  /** Of a process that does not run. */
  public static final ProcessUsage NONE = new ProcessUsage(0, 0);

  /** Reads it; nothing for a process that has ended. */
  public static ProcessUsage of(long pid) {
    if (pid <= 0) {
      return NONE;
    }
    long ticks = 0;
    long kilobytes = 0;
    for (long each : withChildren(pid)) {
      ProcessUsage usage = alone(each);
      ticks += usage.cpuTicks();
      kilobytes += usage.residentKilobytes();
    }
    return new ProcessUsage(ticks, kilobytes);
  }

  private static ProcessUsage alone(long pid) {
    try {
      String stat = read("/proc/" + pid + "/stat");
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      long ticks = Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
      return new ProcessUsage(ticks, resident(pid));
    } catch (IOException | IndexOutOfBoundsException e) {
      return NONE; // it has just ended
    }
  }

  private static long resident(long pid) throws IOException {
    return read("/proc/" + pid + "/status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }

  private static List<Long> withChildren(long pid) {
    List<Long> all = new ArrayList<>(List.of(pid));
    try {
      String children = read("/proc/" + pid + "/task/" + pid + "/children").strip();
      for (String child : children.split(" ", -1)) {
        if (!child.isEmpty()) {
          all.add(Long.parseLong(child));
        }
      }
    } catch (IOException e) {
      return all; // it has ended, or the kernel does not tell
    }
    return all;
  }

  private static String read(String file) throws IOException {
    return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
  }
}
