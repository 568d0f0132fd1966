package org.tanada.storage.place;

import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.ResponseEntity;
import org.tanada.common.blob.Blob;

/**
 * Where a purpose can have its files: the disks of its nodes, or a bucket. Failures are {@link
 * org.tanada.common.problem.ProblemException}s; {@code unavailable} may pass.
 */
public interface Place {
  /** Whether the id has a file anywhere in this place, or had one that was deleted. */
  boolean knows(long id);

  /**
   * Stores a file that arrives.
   *
   * @param forward whether it may be passed on to another node
   * @return 201 when it is durable, 200 if the same one was there
   */
  ResponseEntity<Blob> put(long id, UploadBody body, boolean forward);

  /** Opens a whole file, whose stream fails before its end if it is not what was written. */
  InputStream open(long id) throws IOException;

  /** Deletes a file, for ever. */
  void delete(long id);
}
