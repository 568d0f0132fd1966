package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** The other nodes of this purpose, as a reader needs them. */
public interface Elsewhere {
  /**
   * Answers a GET or HEAD with the file from another node that holds it.
   *
   * @param policy further headers for an answer that gives the file (200, 206) or confirms it (304)
   * @return false if none does; then nothing of the answer is written
   * @throws org.tanada.common.problem.ProblemException {@code unavailable} if a node that may hold
   *     it cannot be asked
   */
  boolean send(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException;

  /**
   * Goes on with a content that is damaged here, from another node; and has it mended.
   *
   * @see DiskContent.Rest#send
   */
  void goOn(StoredBlob.Facts facts, long at, long end, OutputStream out, IOException e)
      throws IOException;

  /** Has a content looked at soon that seems to be damaged here. */
  void suspect(long id, IOException e);
}
