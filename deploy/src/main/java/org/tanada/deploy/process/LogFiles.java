package org.tanada.deploy.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
  private static final int END = 64 << 10;
  private static final String CAUSE = "Caused by: ";

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

  /**
   * The reason that a process gave last: the innermost cause of an exception at the end of its log.
   *
   * @return a short text, empty when there is none
   */
  static String lastCause(Path log) {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
      ByteBuffer end = ByteBuffer.allocate((int) Math.min(channel.size(), END));
      channel.read(end, channel.size() - end.capacity());
      String text = new String(end.array(), StandardCharsets.UTF_8);
      int from = text.lastIndexOf(CAUSE);
      if (from < 0) {
        return "";
      }
      String cause = text.substring(from + CAUSE.length()).lines().findFirst().orElse("");
      // in a log of JSON the stack trace's line ends are escaped
      int escaped = cause.indexOf("\\n");
      cause = escaped < 0 ? cause : cause.substring(0, escaped);
      return cause.length() > 300 ? cause.substring(0, 300) + "…" : cause;
    } catch (IOException e) {
      return "";
    }
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
