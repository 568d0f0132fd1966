package org.tanada.storage.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What makes writes durable, in one place: a test can take the power or the space away. */
public interface Disk {
  /** The file system as it is. */
  Disk REAL = new Disk() {};

  /** Writes all of the bytes at the channel's position. */
  default void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Returns when what was written to the file is durable. */
  default void force(FileChannel channel, Path file) throws IOException {
    channel.force(true);
  }

  /** Gives a file its name in one step, in place of another one; durable with {@link #sync}. */
  default void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Returns when the names in the directory are durable. */
  default void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Bytes that the file system of the directory still takes. */
  default long usable(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }
}
