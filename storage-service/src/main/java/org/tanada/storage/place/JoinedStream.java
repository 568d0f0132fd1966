package org.tanada.storage.place;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files one behind the other as one stream; each is opened when the one before it has ended. */
final class JoinedStream extends InputStream {
  private final Iterator<Long> ids;
  private final Files files;
  private @Nullable InputStream part;

  /** Gives a file, which says by itself when it is not what was written. */
  @FunctionalInterface
  interface Files {
    /** Opens it. */
    InputStream open(long id) throws IOException;
  }

  /** A stream of the files with these ids, in their order. */
  JoinedStream(List<Long> ids, Files files) {
    this.ids = ids.iterator();
    this.files = files;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (part != null || ids.hasNext()) {
      InputStream now = part == null ? files.open(ids.next()) : part;
      part = now;
      int count = now.read(buffer, offset, length);
      if (count >= 0) {
        return count;
      }
      close();
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    InputStream now = part;
    part = null;
    if (now != null) {
      now.close();
    }
  }
}
