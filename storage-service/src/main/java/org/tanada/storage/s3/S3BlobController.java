package org.tanada.storage.s3;

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
import org.tanada.storage.replica.Composition;
import org.tanada.storage.replica.UploadBody;
import org.tanada.storage.replica.UploadSlots;

/** Writes of files, as the app servers make them, where a bucket holds them. */
@RestController
class S3BlobController {
  private final S3Writes writes;
  private final UploadSlots slots;
  private final Bucket bucket;
  private final PurposeRules rules;

  S3BlobController(S3Writes writes, UploadSlots slots, Bucket bucket, PurposeRules rules) {
    this.writes = writes;
    this.slots = slots;
    this.bucket = bucket;
    this.rules = rules;
  }

  /** Stores a file: 201 when the bucket has it, 200 if the same one was there. */
  @PutMapping("/v1/blobs/{id}")
  ResponseEntity<Blob> put(@PathVariable("id") String text, HttpServletRequest request) {
    long id = BlobId.require(text);
    try (UploadSlots.Slot _ = slots.upload()) {
      UploadBody body = UploadBody.of(request);
      rules.requireType(body.contentType());
      return writes.put(id, body);
    }
  }

  /** Makes a file of others, as if it had arrived in one piece; the others stay. */
  @PostMapping("/v1/blobs/{id}/composition")
  ResponseEntity<Blob> compose(
      @PathVariable("id") String text, @RequestBody Composition composition) throws IOException {
    long id = BlobId.require(text);
    String type = UploadBody.contentType(composition.contentType());
    rules.requireType(type);
    try (UploadSlots.Slot _ = slots.upload();
        S3Parts content = new S3Parts(bucket, composition.parts())) {
      return writes.put(id, new UploadBody(content, composition.length(), type, null));
    }
  }

  /** Deletes a file. */
  @DeleteMapping("/v1/blobs/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable("id") String text) {
    writes.delete(BlobId.require(text));
  }
}
