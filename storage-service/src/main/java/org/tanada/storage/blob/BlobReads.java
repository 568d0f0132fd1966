package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** The files of this purpose, wherever they are kept, as a reader needs them. */
public interface BlobReads {
  /**
   * Answers a GET or HEAD with the file.
   *
   * @param policy further headers for an answer that gives the file (200, 206) or confirms it (304)
   * @return false if there is none; then nothing of the answer is written
   * @throws org.tanada.common.problem.ProblemException {@code unavailable} if what may hold it
   *     cannot be asked, {@code upstream-failed} if all copies that can be read are damaged
   */
  boolean send(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException;
}
