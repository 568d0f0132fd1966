package org.tanada.storage.place;

import java.util.List;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * A file that is to be made of others, one behind the other.
 *
 * @param contentType media type of the whole
 * @param length of the whole in bytes
 * @param parts ids of the files, in order
 */
public record Composition(String contentType, long length, List<Long> parts) {
  public Composition {
    if (parts == null || parts.isEmpty() || parts.size() > Blobs.MAX_PARTS) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "A file is made of 1 to " + Blobs.MAX_PARTS + " others.");
    }
    parts = List.copyOf(parts);
  }
}
