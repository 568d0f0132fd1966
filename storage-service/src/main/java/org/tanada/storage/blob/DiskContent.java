package org.tanada.storage.blob;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of this node's disk. Each part is compared with what was written before it is sent; the
 * kernel alone (sendfile) sends what was compared a short time ago, see {@link LatelyVerified}.
 *
 * @param rest goes on where the content here turns out to be damaged in the middle
 */
public record DiskContent(BlobStore store, StoredBlob blob, Rest rest) implements Content {
  /** Gives the rest of a content that this node can give no further. */
  @FunctionalInterface
  public interface Rest {
    /**
     * Writes the bytes from one position to another.
     *
     * @param e why they are not given here
     * @throws IOException if nobody can
     */
    void send(StoredBlob.Facts facts, long at, long end, OutputStream out, IOException e)
        throws IOException;
  }

  @Override
  public StoredBlob.Facts facts() {
    return blob.facts();
  }

  @Override
  public @Nullable Path verified(long start, long end) throws IOException {
    boolean large = end - start >= VerifiedContent.SLICE; // less is sent with the head at once
    return large && store.verified(blob, start, end) ? blob.file() : null;
  }

  /**
   * Opens a part.
   *
   * @throws StoredBlob.CorruptBlobException if it is damaged where the part begins
   */
  @Override
  public Part open(long start, long end) throws IOException {
    if (start == end) {
      return new DiskPart(null, ByteBuffer.allocate(0), start, end);
    }
    VerifiedContent content = store.open(blob);
    try {
      return new DiskPart(content, content.read(start, end), start, end);
    } catch (IOException e) {
      content.close();
      throw e;
    }
  }

  private final class DiskPart implements Part {
    private final @Nullable VerifiedContent content;
    private final ByteBuffer first;
    private final long start;
    private final long end;

    DiskPart(@Nullable VerifiedContent content, ByteBuffer first, long start, long end) {
      this.content = content;
      this.first = first;
      this.start = start;
      this.end = end;
    }

    @Override
    public void send(HttpServletResponse response) throws IOException {
      if (content == null) {
        return;
      }
      ServletOutputStream out = response.getOutputStream();
      long at = start + first.remaining();
      out.write(first);
      while (at < end) {
        ByteBuffer part;
        try {
          part = content.read(at, end);
        } catch (IOException e) { // the disk's, not the reader's
          out.flush(); // whatever fails from here on is no answer of its own
          rest.send(facts(), at, end, out, e);
          return;
        }
        at += part.remaining();
        out.write(part);
      }
    }

    @Override
    public void close() throws IOException {
      if (content != null) {
        content.close();
      }
    }
  }
}
