package org.tanada.common.testing;

import java.io.InputStream;
import java.util.Arrays;

/** So many zero bytes, which take no memory. */
public final class Zeros extends InputStream {
  private long left;

  /** That many. */
  public Zeros(long count) {
    left = count;
  }

  @Override
  public int read() {
    return left-- > 0 ? 0 : -1;
  }

  @Override
  public int read(byte[] bytes, int from, int length) {
    if (left <= 0) {
      return -1;
    }
    int count = (int) Math.min(left, length);
    Arrays.fill(bytes, from, from + count, (byte) 0);
    left -= count;
    return count;
  }
}
