package org.tanada.deploy.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tanada.deploy.state.OperatorException;

/** Room on the disk. */
public final class Disk {
  /** What a fresh installation needs at least: binary logs, redo logs, programs and AOT caches. */
  public static final long LEAST_MEGABYTES = 2048;

  /** Below this, databases and stores are about to wait for room. */
  private static final long SHORT_MEGABYTES = 256;

  private Disk() {}

  /** What to tell an operator whose disk is about to be full, or empty. */
  public static Optional<String> shortage(Path path) throws IOException {
    long free = freeMegabytes(path);
    return free >= SHORT_MEGABYTES
        ? Optional.empty()
        : Optional.of(
            "only "
                + free
                + " MB are free where "
                + path
                + " is: writes wait when it is full, and go on within a minute of room");
  }

  /** Megabytes that are free where the path is. */
  public static long freeMegabytes(Path path) throws IOException {
    return Files.getFileStore(path).getUsableSpace() >> 20;
  }

  /**
   * Checks that there is room.
   *
   * @throws OperatorException that says how much is free and how much is needed
   */
  public static void need(Path path) throws IOException {
    long free = freeMegabytes(path);
    if (free < LEAST_MEGABYTES) {
      throw new OperatorException(
          "only "
              + free
              + " MB are free where "
              + path
              + " is, and "
              + LEAST_MEGABYTES
              + " MB are needed: free some, or set TANADA_HOME to another disk");
    }
  }
}
