package org.tanada.app.content;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.util.unit.DataSize;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Fails with {@code content-too-large} at the first byte beyond the limit. */
public final class BoundedStream extends FilterInputStream {
  private final DataSize limit;
  private long left;

  /** The stream with a limit. */
  public BoundedStream(InputStream in, DataSize limit) {
    super(in);
    this.limit = limit;
    this.left = limit.toBytes();
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    count(Math.max(read, 0));
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(count);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** The problem of everything that is larger. */
  public static ProblemException tooLarge(DataSize limit) {
    long megabytes = limit.toMegabytes();
    String size = megabytes > 0 ? megabytes + " MiB" : limit.toBytes() + " bytes";
    return new ProblemException(ProblemCode.CONTENT_TOO_LARGE, "At most " + size + " are taken.");
  }

  private void count(long read) {
    left -= read;
    if (left < 0) {
      throw tooLarge(limit);
    }
  }
}
