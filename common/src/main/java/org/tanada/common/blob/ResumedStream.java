package org.tanada.common.blob;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A content of known length that goes on from elsewhere when it breaks off: its reader gets all of
 * it, or an exception.
 */
final class ResumedStream extends InputStream {
  /** What is skipped up to here is read, as asking anew takes as long. */
  private static final long READ_THROUGH = 1 << 20;

  /** Sources that may break off without a single byte before it is given up. */
  private static final int MOST_IN_VAIN = 3;

  private final long length;
  private final Source source;
  private InputStream now;
  private long at;
  private int inVain;

  /**
   * A content.
   *
   * @param first its bytes from the beginning on
   * @param source gives them from a position on
   */
  ResumedStream(InputStream first, long length, Source source) {
    this.now = first;
    this.length = length;
    this.source = source;
  }

  /** Where a content can be read on. */
  @FunctionalInterface
  interface Source {
    /**
     * The bytes from a position on.
     *
     * @throws IOException if nobody has them
     */
    InputStream from(long at) throws IOException;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int from, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (at < length) {
      IOException why;
      try {
        int read = now.read(bytes, from, (int) Math.min(count, length - at));
        if (read > 0) {
          at += read;
          inVain = 0;
          return read;
        }
        why = new EOFException("the content ended at byte " + at + " of " + length);
      } catch (IOException e) {
        why = e;
      }
      goOn(why);
    }
    return -1;
  }

  /** Large parts are not read, but the rest is asked for anew. */
  @Override
  public long skip(long count) throws IOException {
    long over = Math.min(count, length - at);
    if (over <= READ_THROUGH) {
      return super.skip(over);
    }
    now.close();
    at += over;
    now = at < length ? source.from(at) : InputStream.nullInputStream();
    return over;
  }

  @Override
  public void close() throws IOException {
    now.close();
  }

  private void goOn(IOException why) throws IOException {
    if (inVain++ == MOST_IN_VAIN) {
      throw why;
    }
    try {
      now.close();
      now = source.from(at);
    } catch (IOException e) {
      why.addSuppressed(e);
      throw why;
    }
  }
}
