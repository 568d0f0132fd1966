package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

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
    return sentFromHere(id, policy, request, response)
        || (!store.deleted(id) && elsewhere.send(id, policy, request, response));
  }

  private boolean sentFromHere(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<StoredBlob> found = store.find(id);
    if (found.isEmpty()) {
      return false;
    }
    try {
      answer.send(found.get(), policy, request, response);
      return true;
    } catch (NoSuchFileException e) {
      return false; // it moved away this very moment
    }
  }
}
