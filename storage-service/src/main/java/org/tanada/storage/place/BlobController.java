package org.tanada.storage.place;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.blob.Blob;
import org.tanada.storage.blob.BlobId;
import org.tanada.storage.blob.PurposeRules;

/** Writes of files, as the app servers make them. */
@RestController
class BlobController {
  private final Place place;
  private final UploadSlots slots;
  private final PurposeRules rules;

  BlobController(Place place, UploadSlots slots, PurposeRules rules) {
    this.place = place;
    this.slots = slots;
    this.rules = rules;
  }

  /** Stores a file: 201 when every copy is durable, 200 if the same one was there. */
  @PutMapping("/v1/blobs/{id}")
  ResponseEntity<Blob> put(@PathVariable("id") String text, HttpServletRequest request) {
    long id = BlobId.require(text);
    try (UploadSlots.Slot _ = slots.upload()) {
      UploadBody body = UploadBody.of(request);
      rules.requireType(body.contentType());
      return place.put(id, body, request.getHeader(UploadBody.FORWARDED) == null);
    }
  }

  /**
   * Makes a file of others, with its copies, as if it had arrived in one piece; the others stay.
   */
  @PostMapping("/v1/blobs/{id}/composition")
  ResponseEntity<Blob> compose(
      @PathVariable("id") String text, @RequestBody Composition composition) throws IOException {
    long id = BlobId.require(text);
    String type = UploadBody.contentType(composition.contentType());
    rules.requireType(type);
    try (UploadSlots.Slot _ = slots.upload();
        JoinedStream content = new JoinedStream(composition.parts(), place::open)) {
      return place.put(id, new UploadBody(content, composition.length(), type, null), false);
    }
  }

  /** Deletes a file and all its copies. */
  @DeleteMapping("/v1/blobs/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable("id") String text) {
    place.delete(BlobId.require(text));
  }
}
