package org.tanada.common.blob;

import java.io.IOException;
import java.io.InputStream;

/**
 * Files as the app servers use them. Errors are {@link
 * org.tanada.common.problem.ProblemException}s.
 */
public interface Blobs {
  /**
   * Stores a file; returns when every copy is durable. The content is read as it is sent, never
   * held in memory. A node that is down before the first byte was read is passed over; a failure
   * after that is {@code upstream-failed}, and nothing half-written remains.
   *
   * @param purpose {@code profiles}, {@code invoices} or {@code videos}
   * @param id its id, new
   * @param contentType media type
   * @param content the content; the caller closes it
   * @param length in bytes, or -1 if unknown; content that ends earlier is {@code digest-mismatch}
   */
  Blob put(String purpose, long id, String contentType, InputStream content, long length);

  /**
   * Opens a file; the caller closes it. A stream that ends before the file does throws.
   *
   * @param address the file's path, with its signature where the purpose wants one
   * @throws org.tanada.common.problem.ProblemException {@code not-found}; if no node has an answer
   */
  Opened open(String purpose, String address);

  /**
   * A file that is being read.
   *
   * @param contentType media type
   * @param content its bytes
   */
  record Opened(String contentType, InputStream content) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      content.close();
    }
  }

  /** Deletes a file; one that does not exist is no error. */
  void delete(String purpose, long id);

  /** Path of a file at the front door, unsigned. */
  static String path(String purpose, long id) {
    return "/media/" + purpose + "/" + id;
  }
}
