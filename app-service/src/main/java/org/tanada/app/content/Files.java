package org.tanada.app.content;

import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemException;

/**
 * A file and the row that names it, which live in different tiers: the file is stored first, then
 * the row is written. If the row certainly was not, the file goes again; if nobody knows, it stays,
 * since a file too many is better than a row without its file.
 */
@Component
public final class Files {
  private static final Logger log = LoggerFactory.getLogger(Files.class);

  private final Blobs blobs;

  Files(Blobs blobs) {
    this.blobs = blobs;
  }

  /**
   * Stores a file and then writes its row.
   *
   * @param record writes the row; its failure takes the file back
   */
  public <T> T store(
      String purpose, long id, Content content, java.util.function.Function<Blob, T> record) {
    Blob blob =
        blobs.put(purpose, id, content.type().mediaType(), content.stream(), content.length());
    return recorded(purpose, id, () -> record.apply(blob));
  }

  /**
   * Makes a file of others, which stay, and then writes its row.
   *
   * @param record writes the row; its failure takes the file back
   */
  public <T> T compose(
      String purpose,
      long id,
      FileType type,
      List<Long> parts,
      long length,
      java.util.function.Function<Blob, T> record) {
    Blob blob = blobs.compose(purpose, id, type.mediaType(), parts, length);
    return recorded(purpose, id, () -> record.apply(blob));
  }

  /** Stores a piece of a file, of whatever length it turns out to have. */
  public Blob piece(String purpose, long id, InputStream content) {
    return blobs.put(purpose, id, "application/octet-stream", content, -1);
  }

  /** Runs what makes a stored file known, and takes the file back if that fails. */
  public <T> T recorded(String purpose, long id, Supplier<T> record) {
    try {
      return record.get();
    } catch (ProblemException e) {
      if (ShopRows.maybeDone(e)) {
        log.warn("file {}/{} stays though its row may be missing", purpose, id);
      } else {
        deleteInto(e, purpose, id);
      }
      throw e;
    }
  }

  /**
   * Deletes a file that is still named somewhere, so that a failure can be made good.
   *
   * @throws ProblemException if that fails; it may be tried again
   */
  public void remove(String purpose, long id) {
    blobs.delete(purpose, id);
  }

  /** Deletes a file that no row names any more; a failure leaves an orphan and is only logged. */
  public void delete(String purpose, long id) {
    try {
      blobs.delete(purpose, id);
    } catch (ProblemException e) {
      log.warn("file {}/{} is not deleted: {}", purpose, id, e.getMessage());
    }
  }

  private void deleteInto(ProblemException failure, String purpose, long id) {
    try {
      blobs.delete(purpose, id);
    } catch (ProblemException e) {
      failure.addSuppressed(e);
    }
  }
}
