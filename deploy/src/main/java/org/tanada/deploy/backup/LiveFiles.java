package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Path;

/** The files of the system that runs, to which lost ones are given back. */
public interface LiveFiles {
  /**
   * Whether a storage node of a tier has it.
   *
   * @param tier for example {@code storage-videos}
   * @param path from the node's data directory on
   */
  boolean has(String tier, String path) throws IOException;

  /**
   * A content.
   *
   * @param contentType media type
   * @param sha256 in hexadecimal
   * @param file that holds it and nothing else
   */
  record Content(String contentType, String sha256, Path file) {}

  /**
   * Stores it with all its copies.
   *
   * @return false if a file with this id was deleted: it is not used again
   * @throws org.tanada.deploy.state.OperatorException if it cannot be stored
   */
  boolean put(String tier, long id, Content content) throws IOException;
}
