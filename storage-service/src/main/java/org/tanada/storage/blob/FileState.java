package org.tanada.storage.blob;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What tells that a file is still the one it was: whoever writes to it, cuts it or puts another one
 * in its place changes this.
 *
 * @param inode its number on its disk
 * @param size in bytes
 * @param changed when it was changed in any way, which nobody can set
 */
record FileState(Object inode, Object size, FileTime changed) {
  private static final String ASKED = "unix:ino,size,ctime";

  /**
   * The coarsest that file systems keep times (two seconds), and some more. A file that was changed
   * within it could be changed again and look the same.
   */
  private static final Duration TICK = Duration.ofSeconds(3);

  /**
   * The state of a file now.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  static FileState of(Path file) throws IOException {
    Map<String, Object> now = Files.readAttributes(file, ASKED);
    return new FileState(
        Objects.requireNonNull(now.get("ino")),
        Objects.requireNonNull(now.get("size")),
        (FileTime) Objects.requireNonNull(now.get("ctime")));
  }

  /** Whether any change from this moment on shows. */
  boolean settled(Instant now) {
    return changed.toInstant().isBefore(now.minus(TICK));
  }
}
