package org.tanada.storage.blob;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files one behind the other as one stream; each is opened when the one before it has ended. */
public abstract class JoinedStream extends InputStream {
  private final Iterator<Long> ids;
  private @Nullable InputStream part;

  /** A stream of the files with these ids, in their order. */
  protected JoinedStream(List<Long> ids) {
    this.ids = ids.iterator();
  }

  /** Opens a file, which says by itself when it is not what was written. */
  protected abstract InputStream open(long id) throws IOException;

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
      InputStream now = part == null ? open(ids.next()) : part;
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
