package org.tanada.storage.blob;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * A file that is being written under a temporary name. {@link #seal} makes it durable, {@link
 * #commit} gives it its name; without that, closing leaves nothing. For one thread.
 */
public final class PendingBlob implements AutoCloseable {
  /**
   * Bytes after which what is written is handed to the disk, beside what arrives meanwhile: the
   * last fsync stays short, and the kernel's memory bounded by twice of it.
   */
  private static final long SYNC_EVERY = 16L << 20;

  private final BlobStore store;
  private final long id;
  private final Path file;
  private final FileChannel channel;
  private final MessageDigest digest = sha256();
  private final SliceSums.Maker sums = new SliceSums.Maker();
  private @Nullable FutureTask<Void> syncing;
  private StoredBlob.@Nullable Facts facts;
  private long size;
  private long synced;

  PendingBlob(BlobStore store, long id, Path file) throws IOException {
    this.store = store;
    this.id = id;
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /**
   * Adds a part.
   *
   * @throws ProblemException {@code content-too-large}, {@code storage-full}
   */
  public void write(byte[] bytes, int offset, int count) {
    size += count;
    store.checkSize(size);
    digest.update(bytes, offset, count);
    sums.add(bytes, offset, count);
    try {
      writeAll(ByteBuffer.wrap(bytes, offset, count));
      if (size - synced >= SYNC_EVERY) {
        store.checkFree(0);
        awaitSync(); // of what was written before
        beginSync();
      }
    } catch (IOException e) {
      throw BlobStore.failure(e);
    }
  }

  /** Bytes so far. */
  public long size() {
    return size;
  }

  /**
   * Ends the content: when this returns, all of it is durable, though not yet under its name.
   *
   * @param created Unix time in milliseconds
   */
  public StoredBlob.Facts seal(String contentType, long created) {
    String sha256 = HexFormat.of().formatHex(digest.digest());
    StoredBlob.Facts sealed = new StoredBlob.Facts(id, size, sha256, contentType, created);
    try {
      writeAll(StoredBlob.trailer(sealed));
      awaitSync();
      store.disk().force(channel, file);
      if (SliceSums.wanted(size)) {
        store.writeSums(sumsFile(), sums.end(sha256));
      }
    } catch (IOException e) {
      throw BlobStore.failure(e);
    }
    this.facts = sealed;
    return sealed;
  }

  /**
   * Gives it its name, durably.
   *
   * @return whether it was new
   * @throws ProblemException {@code duplicate} if the id has another content, {@code conflict} if
   *     it was deleted
   */
  public boolean commit() {
    StoredBlob.Facts sealed = facts;
    if (sealed == null) {
      throw new IllegalStateException("not sealed");
    }
    return store.commit(file, sumsFile(), sealed);
  }

  private Path sumsFile() {
    return file.resolveSibling(file.getFileName() + BlobStore.SUMS);
  }

  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(sumsFile());
      Files.deleteIfExists(file); // renamed away if it was committed
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.INTERNAL, "A temporary file could not be removed.", e);
    }
  }

  private void beginSync() {
    FutureTask<Void> sync =
        new FutureTask<>(() -> {
          store.disk().force(channel, file);
          return null;
        });
    syncing = sync;
    synced = size;
    Thread.startVirtualThread(sync);
  }

  private void awaitSync() throws IOException {
    FutureTask<Void> sync = syncing;
    if (sync == null) {
      return;
    }
    syncing = null;
    try {
      sync.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the disk was written to");
    }
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    store.disk().write(channel, file, bytes);
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
