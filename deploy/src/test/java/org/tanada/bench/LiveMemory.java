package org.tanada.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.measure.NodeStatus;
import org.tanada.deploy.topology.Kind;

/**
 * The memory that a running system has in use, by tier: the objects that live in the heap of each
 * service after a garbage collection, and the items of each memcached. Not what the databases keep
 * of their own files, nor nginx.
 */
final class LiveMemory {
  private static final Pattern TOTAL = Pattern.compile("^Total +\\d+ +(\\d+)$");
  private static final Pattern BYTES = Pattern.compile("^STAT bytes (\\d+)$");

  private LiveMemory() {}

  /** Bytes by tier. */
  static Map<String, Long> measure(Launcher launcher) throws IOException, InterruptedException {
    Map<String, Long> tiers = new TreeMap<>();
    for (NodeStatus node : launcher.look()) {
      Kind kind = Kind.ofTier(node.tier());
      if (kind == Kind.MEMCACHED) {
        tiers.merge(node.tier(), items(node.address()), Long::sum);
      } else if (kind.service()) {
        tiers.merge(node.tier(), heap(node.pid()), Long::sum);
      }
    }
    return tiers;
  }

  /** All of it. */
  static long total(Map<String, Long> tiers) {
    return tiers.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The histogram of classes collects garbage first. */
  private static long heap(long process) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(jcmd.toString(), Long.toString(process), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = histogram.inputReader(StandardCharsets.UTF_8)) {
      return last(lines, TOTAL, "process " + process);
    }
  }

  private static long items(String address) throws IOException {
    URI uri = URI.create(address.contains("://") ? address : "tcp://" + address);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
      socket.getOutputStream().write("stats\r\nquit\r\n".getBytes(StandardCharsets.US_ASCII));
      return last(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)),
          BYTES,
          address);
    }
  }

  private static long last(BufferedReader lines, Pattern wanted, String of) throws IOException {
    long found = -1;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher matcher = wanted.matcher(line.strip());
      if (matcher.matches()) {
        found = Long.parseLong(matcher.group(1));
      }
    }
    if (found < 0) {
      throw new IOException(of + " does not tell what it has in memory");
    }
    return found;
  }
}
