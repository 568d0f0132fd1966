package org.tanada.deploy.ship;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.state.OperatorException;

/**
 * SHA-256 of files, each read once. By the system's program: the JVM of a command has C1 alone,
 * under which that takes fifteen times as long.
 */
final class Checksums {
  private static final int DIGITS = 64;

  private final Map<Path, String> known = new HashMap<>();

  /** The checksums of at least these files. */
  Map<Path, String> of(Collection<Path> files) throws IOException {
    List<Path> fresh = files.stream().filter(file -> !known.containsKey(file)).distinct().toList();
    if (!fresh.isEmpty()) {
      List<String> command = new ArrayList<>(List.of("sha256sum", "--"));
      fresh.forEach(file -> command.add(file.toString()));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      for (int i = 0; i < fresh.size(); i++) {
        Path file = fresh.get(i);
        if (i >= lines.size() || !lines.get(i).endsWith("  " + file)) {
          throw new OperatorException(
              "sha256sum cannot read " + file + ": is something building? Ship again");
        }
        known.put(file, lines.get(i).substring(0, DIGITS));
      }
    }
    return Map.copyOf(known);
  }
}
