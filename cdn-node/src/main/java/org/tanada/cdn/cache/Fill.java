package org.tanada.cdn.cache;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One question to the origin and its answer as it arrives. The one who began it feeds it, all who
 * asked meanwhile read from it, and when it is complete the store keeps it.
 */
public final class Fill implements Content.Growing {
  private static final int FIRST_ARRAY = 16 * 1024;

  private final CacheStore store;
  private final String key;
  private final HttpHeaders request;
  private final @Nullable StoredResponse validating;
  private final boolean shared;

  // guarded by the store's lock: purged meanwhile, must not be kept
  boolean doomed;

  // volatile, so that the store reads it under its lock without taking ours: the order of locks is
  // fill, then store
  private volatile @Nullable Outcome outcome;

  // guarded by this
  private List<Waiter> waiters = new ArrayList<>();
  private byte @Nullable [] array;
  private @Nullable Path file;
  private @Nullable FileChannel out;
  private long reserved;
  private long available;
  private boolean ended;
  private boolean failed;

  Fill(
      CacheStore store,
      String key,
      HttpHeaders request,
      @Nullable StoredResponse validating,
      boolean shared) {
    this.store = store;
    this.key = key;
    this.request = request;
    this.validating = validating;
    this.shared = shared;
  }

  /** Path and query that it is for. */
  public String key() {
    return key;
  }

  /** The request fields of the one who began it. */
  public HttpHeaders request() {
    return request;
  }

  /** The stale response that the origin is asked to confirm. */
  public @Nullable StoredResponse validating() {
    return validating;
  }

  boolean isShared() {
    return shared;
  }

  /** What came of it, or null while the origin has not answered. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** Whether a request with these fields may use it, as far as is known yet. */
  boolean serves(HttpHeaders other, List<String> varyHint) {
    Outcome known = outcome();
    if (known instanceof Outcome.Streaming(StoredResponse.Head head)) {
      // what has to be confirmed each time serves only those who asked before it came
      return head.freshness().lifetime() > 0 && head.variant().matches(other);
    }
    return known == null && Variant.of(request, varyHint).matches(other);
  }

  /** Whether a request with these fields, which waited for the head, may use it. */
  public boolean serves(HttpHeaders other) {
    return outcome instanceof Outcome.Streaming(StoredResponse.Head head)
        && head.variant().matches(other);
  }

  /** Calls back once when the outcome is known: at once if it is. */
  public void onOutcome(Executor executor, Runnable callback) {
    synchronized (this) {
      if (outcome == null) {
        waiters.add(new Waiter(executor, callback));
        return;
      }
    }
    callback.run();
  }

  /** Tells everybody who waits; the first call counts. */
  public void resolve(Outcome result) {
    List<Waiter> waiting;
    synchronized (this) {
      if (outcome != null) {
        return;
      }
      outcome = result;
      waiting = waiters;
      waiters = new ArrayList<>();
    }
    if (!(result instanceof Outcome.Streaming)) {
      store.leave(this);
    }
    waiting.forEach(Waiter::wake);
  }

  /**
   * Makes room for the body.
   *
   * @param length in bytes, -1 if unknown
   * @return false if there is none: the answer then goes past the cache
   */
  public synchronized boolean open(long length) {
    if (length <= store.largestInRam()) {
      array = new byte[(int) (length < 0 ? Math.min(FIRST_ARRAY, store.largestInRam()) : length)];
      return true;
    }
    return length <= store.largestObject() && store.reserve(length) && openFile(length);
  }

  private boolean openFile(long reservation) {
    reserved = reservation;
    Path created = store.disk().create(reservation);
    FileChannel channel = created == null ? null : store.disk().open(created);
    if (channel == null) {
      store.release(reserved);
      reserved = 0;
      return false;
    }
    file = created;
    out = channel;
    return true;
  }

  /**
   * Adds bytes.
   *
   * @return false if they could not be kept: the fill has failed
   */
  public boolean append(ByteBuf data) {
    List<Waiter> waiting;
    synchronized (this) {
      if (ended) {
        return false;
      }
      try {
        if (!write(data)) {
          failLocked();
        }
      } catch (IOException e) {
        store.disk().report(e);
        failLocked();
      }
      waiting = waiters;
      waiters = new ArrayList<>();
    }
    waiting.forEach(Waiter::wake);
    return !failed();
  }

  /** False if there is no room for more. */
  private boolean write(ByteBuf data) throws IOException {
    int count = data.readableBytes();
    byte[] ram = array;
    if (ram != null && out == null) {
      if (available + count <= ram.length) {
        data.readBytes(ram, (int) available, count);
        available += count;
        return true;
      }
      if (available + count <= store.largestInRam()) {
        int size =
            (int) Math.min(store.largestInRam(), Math.max(ram.length * 2L, available + count));
        ram = Arrays.copyOf(ram, size);
        data.readBytes(ram, (int) available, count);
        array = ram;
        available += count;
        return true;
      }
      if (!store.reserve(available) || !openFile(available)) {
        return false;
      }
      writeAll(ByteBuffer.wrap(ram, 0, (int) available));
      array = null;
    }
    long total = available + count;
    if (total > store.largestObject()) {
      return false;
    }
    if (total > reserved) {
      if (!store.reserve(total - reserved)) {
        return false;
      }
      reserved = total;
    }
    writeAll(data.nioBuffer());
    available = total;
    return true;
  }

  private void writeAll(ByteBuffer bytes) throws IOException {
    FileChannel channel = out;
    if (channel == null) {
      throw new IOException("not open");
    }
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** The body is complete: it is kept, unless it was purged meanwhile. */
  public void complete() {
    List<Waiter> waiting;
    StoredResponse kept = null;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      store.disk().close(out);
      Path path = file;
      if (outcome instanceof Outcome.Streaming(StoredResponse.Head head)) {
        StoredResponse.Head sized =
            new StoredResponse.Head(
                head.key(),
                head.variant(),
                head.status(),
                head.headers(),
                head.freshness(),
                head.initialAge(),
                head.arrived(),
                available);
        byte[] ram = array;
        if (path != null) {
          kept = new StoredResponse(sized, new Content.Disk(path, available), available);
        } else if (ram != null) {
          byte[] exact = ram.length == available ? ram : Arrays.copyOf(ram, (int) available);
          kept = new StoredResponse(sized, new Content.Ram(exact), available);
        }
      }
      waiting = waiters;
      waiters = new ArrayList<>();
    }
    store.finish(this, kept, reserved);
    waiting.forEach(Waiter::wake);
  }

  /** The body broke off: nothing is kept, and readers break off too. */
  public void fail() {
    List<Waiter> waiting;
    synchronized (this) {
      if (ended) {
        return;
      }
      failLocked();
      waiting = waiters;
      waiters = new ArrayList<>();
    }
    waiting.forEach(Waiter::wake);
  }

  private void failLocked() {
    ended = true;
    failed = true;
    store.disk().close(out);
    store.finish(this, null, reserved);
    store.disk().delete(file);
  }

  private synchronized boolean failed() {
    return failed;
  }

  @Override
  public synchronized View view() {
    return new View(available, ended, failed, array, file);
  }

  @Override
  public synchronized boolean await(long position, Executor executor, Runnable wake) {
    if (ended || available > position) {
      return false;
    }
    waiters.add(new Waiter(executor, wake));
    return true;
  }

  private record Waiter(Executor executor, Runnable callback) {
    void wake() {
      executor.execute(callback);
    }
  }
}
