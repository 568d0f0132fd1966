package org.tanada.cdn.cache;

import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which responses are kept: two lists in the order of their last use, one for RAM and one for disk,
 * both bounded in bytes. Heads of objects on disk count as RAM; they may take a quarter of it. What
 * has to leave the RAM and was used at least once moves to disk, everything else goes. Not
 * thread-safe: the store's lock guards it.
 */
final class Shelf {
  private static final int MAX_MOVES = 64;

  private final long ramLimit;
  private final long diskLimit;
  private final Disk disk;
  private final BiConsumer<StoredResponse, Boolean> gone;
  private final BiConsumer<StoredResponse, StoredResponse> moved;
  private final LinkedHashMap<StoredResponse, Boolean> inRam = new LinkedHashMap<>(64, 0.75f, true);
  private final LinkedHashMap<StoredResponse, Boolean> onDisk =
      new LinkedHashMap<>(64, 0.75f, true);
  private final Set<StoredResponse> moving = Collections.newSetFromMap(new IdentityHashMap<>());
  private long ram;
  private long heads;
  private long files;
  private long reserved;

  Shelf(
      long ramLimit,
      long diskLimit,
      Disk disk,
      BiConsumer<StoredResponse, Boolean> gone,
      BiConsumer<StoredResponse, StoredResponse> moved) {
    this.ramLimit = ramLimit;
    this.diskLimit = diskLimit;
    this.disk = disk;
    this.gone = gone;
    this.moved = moved;
  }

  void touch(StoredResponse response) {
    response.use();
    if (inRam.get(response) == null) {
      onDisk.get(response);
    }
  }

  void add(StoredResponse response) {
    count(response, 1);
    list(response).put(response, Boolean.TRUE);
    evict();
  }

  void replace(StoredResponse old, StoredResponse renewed) {
    if (list(old).remove(old) != null) {
      count(old, -1);
      renewed.use();
      add(renewed);
    }
  }

  /** Takes it out and deletes its file. */
  void remove(StoredResponse response) {
    if (list(response).remove(response) != null) {
      count(response, -1);
      discard(response);
    }
  }

  /** Deletes the file of a response that is not on the shelf. */
  void discard(StoredResponse response) {
    if (response.content() instanceof Content.Disk(Path file, long _)) {
      disk.delete(file);
    }
  }

  boolean reserve(long bytes) {
    while (files + reserved + bytes > diskLimit && evictOne(onDisk)) {
      // one by one
    }
    if (files + reserved + bytes > diskLimit) {
      return false;
    }
    reserved += bytes;
    return true;
  }

  void release(long bytes) {
    reserved -= bytes;
  }

  /** Objects under the key that are just moving to disk are not to be kept. */
  int cancelMoves(String key) {
    int before = moving.size();
    moving.removeIf(response -> response.head().key().equals(key));
    return before - moving.size();
  }

  /** Whether the move was not cancelled. */
  boolean endMove(StoredResponse response) {
    return moving.remove(response);
  }

  long ramBytes() {
    return ram + heads;
  }

  long diskBytes() {
    return files + reserved;
  }

  int size() {
    return inRam.size() + onDisk.size();
  }

  private Map<StoredResponse, Boolean> list(StoredResponse response) {
    return response.content() instanceof Content.Disk ? onDisk : inRam;
  }

  private void count(StoredResponse response, int sign) {
    if (response.content() instanceof Content.Disk) {
      heads += (long) sign * response.headBytes();
      files += sign * response.length();
    } else {
      ram += sign * (response.headBytes() + response.length());
    }
  }

  private void evict() {
    while ((files + reserved > diskLimit || heads > ramLimit / 4) && evictOne(onDisk)) {
      // one by one
    }
    while (ram + heads > ramLimit && evictOne(inRam)) {
      // one by one
    }
  }

  private boolean evictOne(Map<StoredResponse, Boolean> from) {
    Iterator<StoredResponse> eldest = from.keySet().iterator();
    if (!eldest.hasNext()) {
      return false;
    }
    StoredResponse response = eldest.next();
    eldest.remove();
    count(response, -1);
    discard(response);
    gone.accept(response, true);
    if (response.isUsed()
        && response.content() instanceof Content.Ram(byte[] bytes)
        && bytes.length > 0
        && bytes.length <= diskLimit / 4
        && moving.size() < MAX_MOVES) {
      moving.add(response);
      disk.inBackground(() -> move(response, bytes));
    }
    return true;
  }

  private void move(StoredResponse response, byte[] bytes) {
    @Nullable Path file = disk.write(bytes);
    moved.accept(
        response, file == null ? response : response.with(new Content.Disk(file, bytes.length)));
  }
}
