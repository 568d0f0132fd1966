package org.tanada.app.upload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * The body of a request, taken in pieces. When the connection breaks, the piece ends like any
 * other: what has arrived is kept, which is what resumable means. For one thread.
 */
final class IncomingBody {
  private final InputStream in;
  private final long announced;
  private final @Nullable Checksum checksum;
  private @Nullable IOException broken;
  private int ahead = -1;

  /**
   * A body.
   *
   * @param announced its length, or -1
   * @param checksum of all of it, or null
   */
  IncomingBody(InputStream in, long announced, @Nullable Checksum checksum) {
    this.in = in;
    this.announced = announced;
    this.checksum = checksum;
  }

  long announced() {
    return announced;
  }

  @Nullable Checksum checksum() {
    return checksum;
  }

  /** Waits for one more byte; false at the end, also at that of a broken connection. */
  boolean hasMore() {
    if (ahead < 0 && broken == null) {
      try {
        ahead = in.read();
      } catch (IOException e) {
        broken = e;
      }
    }
    return ahead >= 0;
  }

  /**
   * Fails if the body did not come to its end.
   *
   * @throws ProblemException {@code request-timeout} if it stood still, {@code digest-mismatch}
   */
  void checkWhole() {
    IOException failure = broken;
    if (failure instanceof SocketTimeoutException) {
      throw new ProblemException(
          ProblemCode.REQUEST_TIMEOUT, "The content did not arrive in time.", failure);
    }
    if (failure != null) {
      throw new ProblemException(
          ProblemCode.DIGEST_MISMATCH, "The content broke off before its end.", failure);
    }
  }

  /**
   * The next bytes, which end after so many, at the end of the body, or where it breaks.
   *
   * @param head keeps the first bytes
   */
  Part next(long limit, int head) {
    return new Part(limit, head);
  }

  /** Some of the body. */
  final class Part extends InputStream {
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final int headSize;
    private long left;

    private Part(long limit, int headSize) {
      this.left = limit;
      this.headSize = headSize;
    }

    /** The first of its bytes that have passed. */
    byte[] head() {
      return head.toByteArray();
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      int count = left == 0 ? -1 : take(buffer, offset, (int) Math.min(length, left));
      if (count > 0) {
        left -= count;
        head.write(buffer, offset, Math.min(count, headSize - head.size()));
        if (checksum != null) {
          checksum.update(buffer, offset, count);
        }
      }
      return count;
    }

    private int take(byte[] buffer, int offset, int length) {
      if (ahead >= 0) {
        buffer[offset] = (byte) ahead;
        ahead = -1;
        return 1;
      }
      if (broken != null) {
        return -1;
      }
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        broken = e;
        return -1;
      }
    }
  }
}
