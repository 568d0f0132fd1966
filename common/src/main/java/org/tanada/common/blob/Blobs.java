package org.tanada.common.blob;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Files as the app servers use them. Errors are {@link
 * org.tanada.common.problem.ProblemException}s.
 */
public interface Blobs {
  /** Of how many files one can be made at most. */
  int MAX_PARTS = 2000;

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
   * Opens a file; the caller closes it. When the node that gives it is lost, another one goes on
   * from there; a stream that ends before the file does throws.
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

  /**
   * Makes a file of others of the same purpose, one behind the other, which stay; returns when
   * every copy is durable. The storage nodes do it among themselves: nothing passes the caller.
   *
   * @param id its id, new
   * @param contentType media type of the whole
   * @param parts the others, in order, at most {@value #MAX_PARTS}
   * @param length of all of them
   */
  Blob compose(String purpose, long id, String contentType, List<Long> parts, long length);

  /** Deletes a file; one that does not exist is no error. */
  void delete(String purpose, long id);

  /** Path of a file at the front door, unsigned. */
  static String path(String purpose, long id) {
    return "/media/" + purpose + "/" + id;
  }
}
