package org.tanada.common.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Tells a file from the one that it replaced, without reading it.
 *
 * @param modified when it was written last
 * @param size in bytes
 * @param key its inode, which changes with each atomic replacement, also within one tick of the
 *     clock
 */
public record FileStamp(FileTime modified, long size, String key) {
  /** The stamp of the file as it is now. */
  public static FileStamp of(Path file) throws IOException {
    BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(found.lastModifiedTime(), found.size(), String.valueOf(found.fileKey()));
  }
}
