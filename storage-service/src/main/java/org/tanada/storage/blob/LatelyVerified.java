package org.tanada.storage.blob;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Optional;

/**
 * Which slices of which files were compared with what was written a short time ago. They lie in the
 * kernel's memory since then, and the kernel may send them without anybody looking again. What is
 * known of a file ends with the time, with any change of the file, and when somebody finds it
 * damaged.
 */
final class LatelyVerified {
  /** Bytes of memory for what is known, of which a file takes {@link #ENTRY} and its bits. */
  private static final long MOST = 4 << 20;

  private static final int ENTRY = 512;

  private final Cache<Path, Entry> entries;
  private final InstantSource clock;
  private final boolean remembers;

  /** Remembers for so long; not at all for no time. */
  LatelyVerified(Duration time, InstantSource clock) {
    this.clock = clock;
    this.remembers = time.isPositive();
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(MOST)
            .weigher((Path file, Entry entry) -> ENTRY + entry.slices.size() / Byte.SIZE)
            .expireAfterWrite(time)
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .executor(Runnable::run)
            .build();
  }

  /**
   * What the trailer of a file said, if that is known.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  Optional<StoredBlob> blob(Path file) throws IOException {
    Entry entry = entries.getIfPresent(file);
    return entry != null && entry.state.equals(FileState.of(file))
        ? Optional.of(entry.blob)
        : Optional.empty();
  }

  /**
   * Where to note the slices that are compared from now on; the content is opened after this.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  Entry entry(StoredBlob blob) throws IOException {
    FileState state = FileState.of(blob.file());
    Entry known = entries.getIfPresent(blob.file());
    if (known != null && known.state.equals(state)) {
      return known;
    }
    Entry fresh = new Entry(state, blob, remembers && state.settled(clock.instant()));
    if (fresh.kept) {
      entries.put(blob.file(), fresh);
    }
    return fresh;
  }

  /**
   * Whether every slice of a part of the content was compared, and the file has not changed since.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   */
  boolean holds(StoredBlob blob, long start, long end) throws IOException {
    Entry entry = entries.getIfPresent(blob.file());
    return entry != null
        && entry.has(start / SliceSums.SLICE, (end - 1) / SliceSums.SLICE)
        && entry.state.equals(FileState.of(blob.file()));
  }

  /** Nothing is known of a file any more. */
  void forget(Path file) {
    entries.invalidate(file);
  }

  /** What is known of one file in one state. */
  final class Entry {
    private final FileState state;
    private final StoredBlob blob;
    private final boolean kept;
    private final BitSet slices;

    private Entry(FileState state, StoredBlob blob, boolean kept) {
      this.kept = kept;
      this.state = state;
      this.blob = blob;
      this.slices = new BitSet((int) (blob.facts().size() / SliceSums.SLICE) + 1);
    }

    /** Whether anybody will see what is noted. */
    boolean kept() {
      return kept;
    }

    /** A slice, counted from 0, is what was written. */
    void add(long slice) {
      synchronized (slices) {
        slices.set((int) slice);
      }
    }

    /** A slice is not what was written. */
    void damaged() {
      forget(blob.file());
    }

    /** Whether all slices from one to another are known to be what was written. */
    boolean has(long first, long last) {
      synchronized (slices) {
        return slices.nextClearBit((int) first) > last;
      }
    }
  }
}
