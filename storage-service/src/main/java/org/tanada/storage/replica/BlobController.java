package org.tanada.storage.replica;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.blob.Blob;
import org.tanada.storage.blob.BlobId;

/** Writes of files, as the app servers make them. */
@RestController
class BlobController {
  private final BlobWrites writes;
  private final Forwarding forwarding;
  private final UploadSlots slots;

  BlobController(BlobWrites writes, Forwarding forwarding, UploadSlots slots) {
    this.writes = writes;
    this.forwarding = forwarding;
    this.slots = slots;
  }

  /** Stores a file: 201 when every copy is durable, 200 if the same one was there. */
  @PutMapping("/v1/blobs/{id}")
  ResponseEntity<Blob> put(@PathVariable("id") String text, HttpServletRequest request) {
    long id = BlobId.require(text);
    try (UploadSlots.Slot _ = slots.upload()) {
      UploadBody body = UploadBody.of(request);
      @Nullable ResponseEntity<Blob> forwarded = forwarding.put(id, request, body);
      return forwarded != null ? forwarded : writes.put(id, body);
    }
  }

  /** Deletes a file and all its copies. */
  @DeleteMapping("/v1/blobs/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable("id") String text) {
    writes.delete(BlobId.require(text));
  }
}
