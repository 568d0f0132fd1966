package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Reads from this node's disk and, of what is not there, from the other nodes of the purpose. */
@Component
@OnDisk
class DiskReads implements BlobReads {
  private final BlobStore store;
  private final BlobAnswer answer;
  private final Elsewhere elsewhere;

  DiskReads(BlobStore store, BlobAnswer answer, Elsewhere elsewhere) {
    this.store = store;
    this.answer = answer;
    this.elsewhere = elsewhere;
  }

  @Override
  public boolean send(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (sentFromHere(id, policy, request, response)) {
      return true;
    }
    if (store.deleted(id)) {
      return false;
    }
    if (elsewhere.send(id, policy, request, response)) {
      return true;
    }
    if (store.holds(id)) {
      throw new ProblemException(
          ProblemCode.UPSTREAM_FAILED, "The file is damaged, and no other copy can be read now.");
    }
    return false;
  }

  private boolean sentFromHere(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<StoredBlob> found = store.find(id);
    if (found.isEmpty()) {
      return false;
    }
    try {
      Content here = new DiskContent(store, found.get(), elsewhere::goOn);
      answer.send(here, policy, request, response);
      return true;
    } catch (NoSuchFileException e) {
      return false; // it moved away this very moment
    } catch (StoredBlob.CorruptBlobException e) {
      elsewhere.suspect(id, e);
      return false;
    }
  }
}
