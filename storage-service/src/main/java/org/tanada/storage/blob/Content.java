package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A content that can be read in parts, and what is known of it. */
public interface Content {
  /** What is known of it. */
  StoredBlob.Facts facts();

  /**
   * Opens the bytes from {@code start} up to but without {@code end}; none if they are the same.
   * Nothing has been said to the client yet.
   *
   * @throws java.nio.file.NoSuchFileException if it was deleted meanwhile
   */
  Part open(long start, long end) throws IOException;

  /**
   * The file that has the content at its beginning, if the kernel may send this part of it without
   * anybody looking at it again; null if not. Nothing has been said to the client yet.
   *
   * @throws java.nio.file.NoSuchFileException if it was deleted meanwhile
   * @throws StoredBlob.CorruptBlobException if it is damaged
   */
  default @Nullable Path verified(long start, long end) throws IOException {
    return null;
  }

  /** Its strong entity tag. */
  default String etag() {
    return facts().etag();
  }

  /** A part that can be sent, once. */
  interface Part extends AutoCloseable {
    /** Sends it as the body of the answer, whose head is complete. */
    void send(HttpServletResponse response) throws IOException;

    @Override
    void close() throws IOException;
  }
}
