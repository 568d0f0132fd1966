package org.tanada.storage.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * The files of this node.
 *
 * <pre>
 * blobs/3f/a2/ID.blob   a file, see {@link StoredBlob}
 * blobs/3f/a2/ID.sums   checksums of its slices, see {@link SliceSums}
 * blobs/3f/a2/ID.gone   its tombstone: it was deleted and must not come back from another node
 * temporary/            what is being written; emptied at start
 * quarantine/           what was found damaged, for a person to look at
 * lock                  held while a process uses the directory
 * </pre>
 *
 * A name appears only when its content is durable, and the directory is synced before anybody is
 * told. All changes of one id go through one lock.
 */
@Component
@OnDisk
public class BlobStore implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(BlobStore.class);

  /** Bytes that are compared before the first of them is sent, some 50 ms of a slow disk. */
  private static final long AHEAD = 2 << 20;

  private static final HexFormat HEX = HexFormat.of();
  private static final String BLOB = ".blob";
  private static final String GONE = ".gone";

  /** End of the name of a file of sums. */
  static final String SUMS = ".sums";

  private final StorageProperties properties;
  private final Disk disk;
  private final Path blobs;
  private final Path temporary;
  private final Path quarantine;

  /** Directories, 65,536 at most, whose names this process knows to be durable. */
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  private final LatelyVerified lately;
  private final Object[] locks = new Object[64];
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile boolean running;
  private volatile @Nullable FileChannel lock;

  /** Stores beneath the directory of the properties, which is touched only at start. */
  public BlobStore(StorageProperties properties, Disk disk) {
    this.properties = properties;
    this.disk = disk;
    this.lately = new LatelyVerified(properties.verifiedFor(), InstantSource.system());
    this.blobs = properties.directory().resolve("blobs");
    this.temporary = properties.directory().resolve("temporary");
    this.quarantine = properties.directory().resolve("quarantine");
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
  }

  /** The file with this id; none if it was never here, was deleted, or is damaged. */
  public Optional<StoredBlob> find(long id) {
    try {
      Path file = path(id, BLOB);
      Optional<StoredBlob> known = lately.blob(file);
      return known.isPresent() ? known : Optional.of(StoredBlob.read(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (StoredBlob.CorruptBlobException e) {
      log.error("damaged, and left to the scrubber: {}", e.getMessage());
      return Optional.empty();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Opens a content; the caller closes it. */
  public VerifiedContent open(StoredBlob blob) throws IOException {
    StoredBlob.Facts facts = blob.facts();
    LatelyVerified.Entry noted = lately.entry(blob); // the state of the file before it is opened
    return new VerifiedContent(
        blob,
        SliceSums.wanted(facts.size())
            ? SliceSums.read(path(facts.id(), SUMS), facts).orElse(null)
            : null,
        noted);
  }

  /**
   * Whether the bytes from {@code start} up to but without {@code end}, which is beyond it, were
   * compared with what was written a short time ago, and the file has not changed since. A part
   * that is not too long for its reader to wait is compared now if it was not.
   *
   * @throws NoSuchFileException if it was deleted meanwhile
   * @throws StoredBlob.CorruptBlobException if it is not what was written
   */
  public boolean verified(StoredBlob blob, long start, long end) throws IOException {
    if (lately.holds(blob, start, end)) {
      return true;
    }
    if (end - start > AHEAD || !lately.entry(blob).kept()) {
      return false;
    }
    try (VerifiedContent content = open(blob)) {
      content.verify(start, end);
    }
    return lately.holds(blob, start, end);
  }

  /** Lets every part of a file be compared again that is read from now on: it may be damaged. */
  public void suspect(long id) {
    lately.forget(path(id, BLOB));
  }

  /** Whether parts of the content can be held against sums. */
  public boolean summed(StoredBlob blob) throws IOException {
    StoredBlob.Facts facts = blob.facts();
    return !SliceSums.wanted(facts.size())
        || SliceSums.read(path(facts.id(), SUMS), facts).isPresent();
  }

  /** Whether a file has this id, sound or not. */
  public boolean holds(long id) {
    return Files.exists(path(id, BLOB));
  }

  /** Whether the id was deleted here. */
  public boolean deleted(long id) {
    return Files.exists(path(id, GONE));
  }

  /**
   * Begins a file.
   *
   * @param length announced, or -1
   * @throws ProblemException {@code content-too-large}, {@code storage-full}
   */
  public PendingBlob begin(long id, long length) {
    checkSize(length);
    checkFree(Math.max(0, length));
    try {
      return new PendingBlob(this, id, temporary.resolve(id + "-" + UUID.randomUUID()));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Deletes the file and remembers that; whether it was here. */
  public boolean delete(long id) {
    Path file = path(id, BLOB);
    try {
      synchronized (lock(id)) {
        Path directory = prepare(file);
        Path tombstone = path(id, GONE);
        if (!Files.exists(tombstone)) {
          Files.createFile(tombstone);
        }
        disk.sync(directory); // first remembered, then removed
        return remove(id);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Removes this node's copy without a tombstone: other nodes hold the file. */
  public boolean drop(long id) {
    try {
      synchronized (lock(id)) {
        return remove(id);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Writes a part of a content anew, in its place: a damaged slice. */
  public void mend(StoredBlob blob, long at, byte[] bytes) {
    try {
      synchronized (lock(blob.facts().id())) {
        try (FileChannel channel = FileChannel.open(blob.file(), StandardOpenOption.WRITE)) {
          channel.position(at);
          disk.write(channel, blob.file(), ByteBuffer.wrap(bytes));
          disk.force(channel, blob.file());
        }
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Makes the sums of a sound content that has none. */
  public void sum(StoredBlob blob) {
    long id = blob.facts().id();
    Path next = temporary.resolve(id + "-" + UUID.randomUUID() + SUMS);
    try {
      SliceSums.Maker sums = new SliceSums.Maker();
      try (VerifiedContent content = open(blob)) {
        for (long at = 0; at < blob.facts().size(); ) {
          ByteBuffer part = content.read(at, blob.facts().size());
          at += part.remaining();
          sums.add(part);
        }
      }
      writeSums(next, sums.end(blob.facts().sha256()));
      synchronized (lock(id)) {
        if (holds(id)) {
          disk.move(next, path(id, SUMS));
          disk.sync(parent(blob.file()));
        }
      }
      Files.deleteIfExists(next);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Takes a damaged file out of the way. */
  public void quarantine(long id) {
    Path file = path(id, BLOB);
    try {
      synchronized (lock(id)) {
        long size = Files.size(file);
        disk.move(file, quarantine.resolve(id + "-" + Instant.now().toEpochMilli() + BLOB));
        Files.deleteIfExists(path(id, SUMS));
        disk.sync(parent(file));
        counted(-1, -size);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Calls with every id that has a file, in no order. */
  public void eachBlob(LongConsumer consumer) {
    each(BLOB, consumer);
  }

  /** Calls with every id that was deleted, in no order. */
  public void eachTombstone(LongConsumer consumer) {
    each(GONE, consumer);
  }

  /** Forgets deletions older than the given time. */
  public void forgetTombstones(Instant before) {
    eachTombstone(id -> {
      try {
        Path tombstone = path(id, GONE);
        if (Files.getLastModifiedTime(tombstone).toInstant().isBefore(before)) {
          Files.deleteIfExists(tombstone);
        }
      } catch (IOException e) {
        throw failure(e);
      }
    });
  }

  /** Number of files. */
  public long count() {
    return count.get();
  }

  /** Bytes that the files take. */
  public long bytes() {
    return bytes.get();
  }

  /** Bytes that may still be written; negative below the reserve. */
  public long free() {
    try {
      return disk.usable(properties.directory()) - properties.minFree().toBytes();
    } catch (IOException e) {
      return -1; // a directory that is gone has no space
    }
  }

  /** Whether files can be written at all; a full disk counts as writable. */
  public boolean usable() {
    return running && Files.isWritable(temporary) && Files.isWritable(blobs);
  }

  void checkSize(long size) {
    if (size > properties.maxBlobSize().toBytes()) {
      throw new ProblemException(
          ProblemCode.CONTENT_TOO_LARGE,
          "A file may have " + properties.maxBlobSize().toBytes() + " bytes at most.");
    }
  }

  void checkFree(long wanted) {
    if (free() < wanted) {
      throw new ProblemException(
          ProblemCode.STORAGE_FULL, "The disk of this storage node is full up to its reserve.");
    }
  }

  Disk disk() {
    return disk;
  }

  /** Writes a file of sums, durably, under a temporary name. */
  void writeSums(Path file, ByteBuffer sums) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      disk.write(channel, file, sums);
      disk.force(channel, file);
    }
  }

  boolean commit(Path pending, Path sums, StoredBlob.Facts facts) {
    Path file = path(facts.id(), BLOB);
    try {
      synchronized (lock(facts.id())) {
        if (deleted(facts.id())) {
          throw new ProblemException(
              ProblemCode.CONFLICT,
              "File " + facts.id() + " was deleted, and its id is never used again.");
        }
        Optional<StoredBlob> present = find(facts.id());
        if (present.isPresent()) {
          if (present.get().facts().sha256().equals(facts.sha256())) {
            disk.sync(prepare(file)); // whoever gave it its name may have ended before this
            return false;
          }
          throw new ProblemException(
              ProblemCode.DUPLICATE, "File " + facts.id() + " exists with another content.");
        }
        Path directory = prepare(file);
        long replaced = Files.exists(file) ? Files.size(file) : -1; // a damaged one
        if (SliceSums.wanted(facts.size())) {
          disk.move(sums, path(facts.id(), SUMS)); // first: alone they mean nothing
        }
        disk.move(pending, file);
        disk.sync(directory);
        counted(replaced < 0 ? 1 : 0, Files.size(file) - Math.max(0, replaced));
        return true;
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** The problem for a failure of the disk. */
  public static ProblemException failure(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded")
        ? new ProblemException(
            ProblemCode.STORAGE_FULL, "The disk of this storage node is full.", e)
        : new ProblemException(ProblemCode.INTERNAL, "The disk of this storage node failed.", e);
  }

  @Override
  public void start() {
    try {
      Files.createDirectories(blobs);
      Files.createDirectories(temporary);
      Files.createDirectories(quarantine);
      FileChannel channel =
          FileChannel.open(
              properties.directory().resolve("lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new IllegalStateException(
            properties.directory() + " is in use by another storage node");
      }
      lock = channel;
      disk.sync(properties.directory());
      emptyTemporary();
    } catch (IOException e) {
      throw new IllegalStateException(
          "storage directory " + properties.directory() + " cannot be used: " + e, e);
    }
    eachBlob(id -> {
      try {
        counted(1, Files.size(path(id, BLOB)));
      } catch (IOException e) {
        log.error("file {} cannot be counted", id, e);
      }
    });
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    FileChannel channel = lock;
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        log.warn("the lock of {} could not be given back", properties.directory(), e);
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Started before the web server and stopped after it. */
  @Override
  public int getPhase() {
    return 0;
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // by a node in this very process
    }
  }

  private void emptyTemporary() throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary)) {
      for (Path file : left) {
        log.info("removing {}, which a stopped process left unfinished", file.getFileName());
        Files.delete(file);
      }
    }
  }

  private void each(String suffix, LongConsumer consumer) {
    try (DirectoryStream<Path> outer = Files.newDirectoryStream(blobs)) {
      for (Path first : outer) {
        try (DirectoryStream<Path> inner = Files.newDirectoryStream(first)) {
          for (Path second : inner) {
            eachIn(second, suffix, consumer);
          }
        }
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static void eachIn(Path directory, String suffix, LongConsumer consumer)
      throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + suffix)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        BlobId.parse(name.substring(0, name.length() - suffix.length())).ifPresent(consumer);
      }
    }
  }

  private boolean remove(long id) throws IOException {
    Path file = path(id, BLOB);
    long size;
    try {
      size = Files.size(file);
    } catch (NoSuchFileException e) {
      return false;
    }
    Files.delete(file);
    Files.deleteIfExists(path(id, SUMS));
    disk.sync(parent(file));
    counted(-1, -size);
    return true;
  }

  private void counted(long files, long size) {
    count.addAndGet(files);
    bytes.addAndGet(size);
  }

  /** Makes the directory of the file, durably, also where it was left without a sync. */
  private Path prepare(Path file) throws IOException {
    Path directory = parent(file);
    if (!durable.contains(directory)) {
      Path above = parent(directory);
      makeDirectory(above);
      makeDirectory(directory);
      disk.sync(blobs);
      disk.sync(above);
      durable.add(directory);
    }
    return directory;
  }

  private static void makeDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      log.trace("{} is there already", directory); // made by another write at the same time
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no parent");
    }
    return parent;
  }

  /** Ids grow with time: their hash, not their digits, spreads them over the directories. */
  private Path path(long id, String suffix) {
    int hash = Long.hashCode(id * 0x9e3779b97f4a7c15L);
    return blobs
        .resolve(HEX.toHexDigits((byte) (hash >>> 24)))
        .resolve(HEX.toHexDigits((byte) (hash >>> 16)))
        .resolve(id + suffix);
  }

  private Object lock(long id) {
    return locks[Math.floorMod(Long.hashCode(id), locks.length)];
  }
}
