package org.tanada.deploy.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.tanada.deploy.state.Home;

/**
 * Keeps the nodes' logs bounded. A log that has grown is copied aside and cut to nothing in place:
 * its process has it open for appending and goes on at the new end.
 */
final class LogFiles {
  private static final long LARGEST = 8L << 20;

  private final Home home;

  LogFiles(Home home) {
    this.home = home;
  }

  void rotate(List<String> nodes) throws IOException {
    for (String node : nodes) {
      rotate(home.log(node), LARGEST);
    }
    rotate(home.supervisorLog(), LARGEST);
  }

  static void rotate(Path log, long largest) throws IOException {
    if (!Files.exists(log) || Files.size(log) <= largest) {
      return;
    }
    Files.copy(
        log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }
}
