package org.tanada.app.content;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * A file and the row that names it, which live in different tiers. A row announces the file before
 * its first byte; then it is stored; then one transaction names it and takes the announcement back.
 * In the other direction, the transaction that names a file no longer announces it again, and it is
 * deleted after that. So a file that no row names has an {@link UnnamedFile}, wherever this server
 * dies.
 */
@Component
public final class Files {
  private static final Logger log = LoggerFactory.getLogger(Files.class);

  private final Blobs blobs;
  private final ShopRows rows;

  Files(Blobs blobs, ShopRows rows) {
    this.blobs = blobs;
    this.rows = rows;
  }

  /**
   * A file that is stored, and that nothing names yet.
   *
   * @param blob the file
   * @param named has to be written in the transaction that names it, which fails with {@code
   *     version-mismatch} or {@code not-found} if that comes a day too late
   */
  public record Fresh(Blob blob, Write named) {}

  /**
   * Stores a file of the owner and then has it named.
   *
   * @param id of the file, in the owner's shard
   * @param name writes the row that names it; its failure takes the file back
   */
  public <T> T store(
      long owner, String purpose, long id, Content content, Function<Fresh, T> name) {
    return store(
        owner,
        purpose,
        id,
        () ->
            blobs.put(purpose, id, content.type().mediaType(), content.stream(), content.length()),
        name);
  }

  /** The same with a document that was made here. */
  public <T> T store(
      long owner,
      String purpose,
      long id,
      String mediaType,
      byte[] document,
      Function<Fresh, T> name) {
    return store(
        owner,
        purpose,
        id,
        () ->
            blobs.put(purpose, id, mediaType, new ByteArrayInputStream(document), document.length),
        name);
  }

  private <T> T store(
      long owner, String purpose, long id, Supplier<Blob> put, Function<Fresh, T> name) {
    Stored<UnnamedFile> announced =
        ShopRows.only(UnnamedFile.TABLE, rows.commit(owner, UnnamedFile.begin(purpose, id)));
    try {
      return name.apply(new Fresh(put.get(), UnnamedFile.end(announced)));
    } catch (ProblemException e) {
      if (!ShopRows.maybeDone(e)) { // else whether it is announced still, tells whether it is named
        drop(owner, purpose, id);
      }
      throw e;
    }
  }

  /**
   * Makes a file of others, which stay, and then has it named. Its caller has announced it.
   *
   * @param name writes the row that names it; its failure takes the file back
   */
  public <T> T compose(
      String purpose,
      long id,
      FileType type,
      List<Long> parts,
      long length,
      Function<Blob, T> name) {
    Blob blob = blobs.compose(purpose, id, type.mediaType(), parts, length);
    try {
      return name.apply(blob);
    } catch (ProblemException e) {
      if (!ShopRows.maybeDone(e)) {
        deleteInto(e, purpose, id);
      }
      throw e;
    }
  }

  /** Stores a piece of a file, of whatever length it turns out to have; its caller announced it. */
  public Blob piece(String purpose, long id, InputStream content) {
    return blobs.put(purpose, id, "application/octet-stream", content, -1);
  }

  /**
   * Deletes a file that is still named somewhere, so that a failure can be made good.
   *
   * @throws ProblemException if that fails; it may be tried again
   */
  public void remove(String purpose, long id) {
    blobs.delete(purpose, id);
  }

  /** What has to be written in the transaction that names a file no longer. */
  public static Write unnamed(String purpose, long id) {
    return UnnamedFile.begin(purpose, id);
  }

  /** Deletes a file that is {@link #unnamed}; what fails is made good by the cleaner. */
  public void drop(long owner, String purpose, long id) {
    try {
      blobs.delete(purpose, id);
      forget(owner, id);
    } catch (ProblemException e) {
      log.info("file {}/{} is deleted later: {}", purpose, id, e.getMessage());
    }
  }

  /**
   * The file is in the storage no longer, or it is named after all.
   *
   * @throws ProblemException if that cannot be written; the cleaner tries again
   */
  void forget(long owner, long id) {
    rows.deleteIfPresent(UnnamedFile.TABLE, owner, id);
  }

  private void deleteInto(ProblemException failure, String purpose, long id) {
    try {
      blobs.delete(purpose, id);
    } catch (ProblemException e) {
      failure.addSuppressed(e);
    }
  }
}
