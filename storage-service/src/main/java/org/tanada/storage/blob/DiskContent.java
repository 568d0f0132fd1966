package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of this node's disk: zero-copy where the connection allows it. */
record DiskContent(StoredBlob blob) implements Content {
  private static final String SENDFILE = "org.apache.tomcat.sendfile.";
  private static final long TRANSFER = 1L << 20;

  /** Up to here one read and one write are as cheap as zero-copy, and cannot lose to a deletion. */
  private static final long SMALL = 64 * 1024;

  @Override
  public StoredBlob.Facts facts() {
    return blob.facts();
  }

  @Override
  public Part open(long start, long end) throws IOException {
    boolean small = end - start <= SMALL;
    byte[] bytes = small ? blob.part(start, (int) (end - start)) : new byte[0];
    String path = blob.file().toRealPath().toString(); // still there, before anything is said
    return new Part() {
      @Override
      public void send(HttpServletRequest request, HttpServletResponse response)
          throws IOException {
        if (!small) {
          transfer(path, start, end, request, response);
        } else if (bytes.length > 0) {
          response.getOutputStream().write(bytes);
        }
      }

      @Override
      public void close() {
        // nothing is open
      }
    };
  }

  private static void transfer(
      String path, long start, long end, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (Boolean.TRUE.equals(request.getAttribute(SENDFILE + "support"))) {
      request.setAttribute(SENDFILE + "filename", path);
      request.setAttribute(SENDFILE + "start", start);
      request.setAttribute(SENDFILE + "end", end);
      return;
    }
    try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.READ);
        WritableByteChannel out = Channels.newChannel(response.getOutputStream())) {
      for (long at = start; at < end; ) {
        long sent = file.transferTo(at, Math.min(TRANSFER, end - at), out);
        if (sent <= 0) {
          throw new IOException(path + " ended early");
        }
        at += sent;
      }
    }
  }
}
