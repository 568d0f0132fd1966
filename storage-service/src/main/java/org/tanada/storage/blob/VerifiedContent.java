package org.tanada.storage.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file, of which nothing is given that is not what was written. A large file from
 * before there were sums is given as it is, until the scrubber has made them. For one thread.
 */
public final class VerifiedContent implements AutoCloseable {
  /** Bytes that are compared at once; they begin at multiples of it. */
  public static final int SLICE = SliceSums.SLICE;

  private final StoredBlob blob;
  private final FileChannel channel;
  private final @Nullable SliceSums sums;
  private final LatelyVerified.@Nullable Entry lately;
  private final ByteBuffer slice;
  private boolean closed;

  /** A content; what was compared is noted, if there is where. */
  VerifiedContent(StoredBlob blob, @Nullable SliceSums sums, LatelyVerified.@Nullable Entry lately)
      throws IOException {
    this.blob = blob;
    this.sums = sums;
    this.lately = lately;
    this.channel = FileChannel.open(blob.file(), StandardOpenOption.READ);
    this.slice = SliceBuffers.take();
  }

  /**
   * Reads from a position on, to the end of its slice at most.
   *
   * @param end where to end at the latest; beyond the position
   * @return the bytes, good until the next call or the end
   * @throws StoredBlob.CorruptBlobException if they are not what was written
   */
  public ByteBuffer read(long at, long end) throws IOException {
    long number = at / SliceSums.SLICE;
    long start = number * SliceSums.SLICE;
    int length = (int) Math.min(SliceSums.SLICE, blob.facts().size() - start);
    fill(start, length);
    if (!sound(number)) {
      throw new StoredBlob.CorruptBlobException(blob.file() + " is damaged behind byte " + start);
    }
    return slice.position((int) (at - start)).limit((int) Math.min(length, end - start));
  }

  /**
   * Compares what nobody has compared lately.
   *
   * @param end beyond the start
   * @throws StoredBlob.CorruptBlobException if it is not what was written
   */
  void verify(long start, long end) throws IOException {
    for (long at = start - start % SLICE; at < end; at += SLICE) {
      if (lately == null || !lately.has(at / SLICE, at / SLICE)) {
        read(at, end);
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      SliceBuffers.giveBack(slice);
      channel.close();
    }
  }

  private boolean sound(long number) {
    boolean sound;
    if (!SliceSums.wanted(blob.facts().size())) {
      sound = isWhole();
    } else if (sums != null) {
      sound = sums.matches(number, slice.duplicate());
    } else {
      return true; // compared with nothing, and not noted
    }
    if (lately != null) {
      if (sound) {
        lately.add(number);
      } else {
        lately.damaged();
      }
    }
    return sound;
  }

  private boolean isWhole() {
    MessageDigest sha256 = PendingBlob.sha256();
    sha256.update(slice.duplicate());
    return HexFormat.of().formatHex(sha256.digest()).equals(blob.facts().sha256());
  }

  private void fill(long start, int length) throws IOException {
    slice.clear().limit(length);
    while (slice.hasRemaining()) {
      if (channel.read(slice, start + slice.position()) <= 0) {
        throw new StoredBlob.CorruptBlobException(blob.file() + " ends early");
      }
    }
    slice.flip();
  }
}
