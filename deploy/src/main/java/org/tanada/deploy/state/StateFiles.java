package org.tanada.deploy.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads and replaces state files so that no reader ever sees half of one. */
public final class StateFiles {
  /** What files of before do not name is 0, or does not hold. */
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  private StateFiles() {}

  /** The directory that a file is in. */
  public static Path parent(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IllegalArgumentException(file + " is in no directory");
    }
    return directory;
  }

  /** Makes a directory that only its owner may enter. */
  public static void privateDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }

  /** Replaces a file that only its owner may read (mode 0600); skips it when nothing changes. */
  public static boolean write(Path file, String content) throws IOException {
    if (Files.exists(file) && Files.readString(file).equals(content)) {
      return false;
    }
    Path fresh = Files.createTempFile(parent(file), file.getFileName() + ".", ".new");
    try {
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.write(java.nio.ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      move(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
    return true;
  }

  private static void move(Path fresh, Path file) throws IOException {
    try {
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the file system of " + file + " cannot replace a file atomically", e);
    }
  }

  /** Replaces a file by a record as JSON. */
  public static boolean writeJson(Path file, Object value) throws IOException {
    return write(file, json(value) + "\n");
  }

  /** A record as indented JSON. */
  public static String json(Object value) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /**
   * Reads a record, if the file is there.
   *
   * @throws OperatorException if the file holds something else
   */
  public static <T> Optional<T> readJson(Path file, Class<T> type) throws IOException {
    try {
      return Optional.of(JSON.readValue(Files.readString(file), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new OperatorException(file + " is damaged: remove it and run ./tanada up", e);
    }
  }

  /** Whether a directory has nothing in it. */
  public static boolean empty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  /**
   * Makes sure that a directory can become something new.
   *
   * @throws OperatorException if it is there, with something in it
   */
  public static void needNew(Path directory) throws IOException {
    if (Files.exists(directory) && !empty(directory)) {
      throw new OperatorException(directory + " is not empty: name another directory");
    }
  }

  /**
   * Takes a lock between processes, waiting for it.
   *
   * @return the lock; closing it gives it back
   */
  public static Held lock(Path file) throws IOException {
    privateDirectory(parent(file));
    FileChannel channel = open(file);
    channel.lock();
    return new Held(channel);
  }

  /** Takes a lock between processes if it is free; null otherwise. */
  public static @Nullable Held tryLock(Path file) throws IOException {
    FileChannel channel = open(file);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      return null;
    }
    return new Held(channel);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Deletes a directory with all that is in it. */
  public static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** A held lock. */
  public static final class Held implements AutoCloseable {
    private final FileChannel channel;

    private Held(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
