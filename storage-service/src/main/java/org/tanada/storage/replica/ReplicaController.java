package org.tanada.storage.replica;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.blob.Blob;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobAnswer;
import org.tanada.storage.blob.BlobId;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.DiskContent;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.place.UploadBody;
import org.tanada.storage.place.UploadSlots;

/** What the nodes of a purpose ask each other. Nothing here reaches further than this node. */
@RestController
@RequestMapping(ReplicaController.PATH)
class ReplicaController {
  /** Path of the copies. */
  static final String PATH = "/internal/replicas";

  private static final int MAX_COMPARED = 2000;

  private final StorageProperties properties;
  private final BlobStore store;
  private final BlobAnswer answer;
  private final UploadSlots slots;
  private final Suspects suspects;
  private final Proof proof;

  ReplicaController(
      StorageProperties properties,
      BlobStore store,
      BlobAnswer answer,
      UploadSlots slots,
      Suspects suspects,
      Proof proof) {
    this.suspects = suspects;
    this.proof = proof;
    this.properties = properties;
    this.store = store;
    this.answer = answer;
    this.slots = slots;
  }

  /** Takes a copy: the content and, behind it, its SHA-256, without which nothing is kept. */
  @PutMapping("/{id}")
  ResponseEntity<Blob> put(
      @PathVariable("id") String text,
      @RequestHeader(BlobAnswer.CREATED) long created,
      HttpServletRequest request) {
    long id = BlobId.require(text);
    try (UploadSlots.Slot _ = slots.copy()) {
      UploadBody body = UploadBody.of(request);
      long length = body.length() < 0 ? -1 : body.length() - CopyUpload.DIGEST;
      try (PendingBlob pending = store.begin(id, length)) {
        byte[] digest = receive(body, pending);
        StoredBlob.Facts facts = pending.seal(body.contentType(), created);
        if (!facts.sha256().equals(HexFormat.of().formatHex(digest))) {
          throw UploadBody.mismatch("The copy is not what was sent.");
        }
        boolean fresh = pending.commit();
        return ResponseEntity.status(fresh ? HttpStatus.CREATED : HttpStatus.OK)
            .body(
                new Blob(
                    properties.purpose(), id, facts.size(), facts.sha256(), facts.contentType()));
      }
    }
  }

  /** Gives this node's copy, with ranges and conditions. */
  @GetMapping("/{id}")
  void get(
      @PathVariable("id") String text, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long id = BlobId.require(text);
    StoredBlob blob = store.find(id).orElseThrow(() -> store.holds(id) ? damaged() : notHere());
    try {
      answer.send(new DiskContent(store, blob, suspecting(id)), Map.of(), request, response);
    } catch (NoSuchFileException e) {
      throw notHere(); // deleted this very moment
    } catch (StoredBlob.CorruptBlobException e) {
      suspects.add(id, e);
      throw damaged();
    }
  }

  /** Reads this node's copy and tells whether it is what was written: 204, or 404 or 502. */
  @PostMapping("/{id}/proof")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void prove(@PathVariable("id") String text) throws IOException {
    long id = BlobId.require(text);
    StoredBlob blob = store.find(id).orElseThrow(() -> store.holds(id) ? damaged() : notHere());
    if (!proof.sound(blob, Pace.NONE)) {
      suspects.add(id, new IOException("another node asked"));
      throw damaged();
    }
  }

  private DiskContent.Rest suspecting(long id) {
    return (facts, at, end, out, e) -> {
      suspects.add(id, e);
      throw e;
    };
  }

  private static ProblemException damaged() {
    return new ProblemException(ProblemCode.UPSTREAM_FAILED, "The copy here is damaged.");
  }

  private static ProblemException notHere() {
    return new ProblemException(ProblemCode.NOT_FOUND, "No copy is here.");
  }

  /** Deletes this node's copy and remembers that. */
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable("id") String text) {
    store.delete(BlobId.require(text));
  }

  /** Deletes what the asker saw deleted, and tells what this node lacks or saw deleted. */
  @PostMapping("/comparison")
  Comparison compare(@RequestBody Inventory theirs) {
    if (theirs.blobs().size() + theirs.deleted().size() > MAX_COMPARED) {
      throw new ProblemException(ProblemCode.CONTENT_TOO_LARGE, "Compare fewer files at once.");
    }
    for (long id : theirs.deleted()) {
      if (!store.deleted(id)) {
        store.delete(id);
      }
    }
    List<Long> missing = new ArrayList<>();
    List<Long> deleted = new ArrayList<>();
    for (long id : theirs.blobs()) {
      if (store.deleted(id)) {
        deleted.add(id);
      } else if (!store.holds(id)) {
        missing.add(id);
      }
    }
    return new Comparison(missing, deleted);
  }

  /** Passes all but the last 32 bytes on, which it returns. */
  private static byte[] receive(UploadBody body, PendingBlob pending) {
    byte[] buffer = new byte[CopyUpload.DIGEST + UploadBody.CHUNK];
    int held = 0;
    for (int count = body.read(buffer, held); count >= 0; count = body.read(buffer, held)) {
      int there = held + count;
      held = Math.min(there, CopyUpload.DIGEST);
      pending.write(buffer, 0, there - held);
      System.arraycopy(buffer, there - held, buffer, 0, held);
    }
    if (held < CopyUpload.DIGEST
        || (body.length() >= 0 && pending.size() + held != body.length())) {
      throw UploadBody.mismatch("The copy ended early.");
    }
    return java.util.Arrays.copyOf(buffer, CopyUpload.DIGEST);
  }

  /**
   * What a node has.
   *
   * @param blobs ids of files
   * @param deleted ids of deleted files
   */
  record Inventory(List<Long> blobs, List<Long> deleted) {}

  /**
   * What another node says to it.
   *
   * @param missing files that it lacks
   * @param deleted files that it saw deleted
   */
  record Comparison(List<Long> missing, List<Long> deleted) {}
}
