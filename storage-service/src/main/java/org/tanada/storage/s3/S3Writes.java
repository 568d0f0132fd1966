package org.tanada.storage.s3;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.tanada.common.blob.Blob;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.PurposeRules;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.replica.UploadBody;

/**
 * Writes into the bucket: the content first, then the file that names it. A failure before leaves
 * no file.
 */
@Component
class S3Writes {
  private static final int MAX_PARTS = 10_000;

  private final Bucket bucket;
  private final S3Properties properties;
  private final PurposeRules rules;
  private final long largest;
  private final Path spool;
  private final InstantSource clock = InstantSource.system();

  S3Writes(Bucket bucket, S3Properties properties, PurposeRules rules, StorageProperties limits)
      throws IOException {
    this.bucket = bucket;
    this.properties = properties;
    this.rules = rules;
    this.largest = limits.maxBlobSize().toBytes();
    this.spool = limits.directory().resolve("spool");
    if (largest / MAX_PARTS >= properties.partSize().toBytes()) {
      throw new IllegalArgumentException(
          "tanada.storage.s3.part-size is too small for tanada.storage.max-blob-size: a content has"
              + " 10,000 parts at most");
    }
    Files.createDirectories(spool);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(spool)) {
      for (Path file : left) {
        Files.delete(file); // of uploads that ended with the process
      }
    }
  }

  /**
   * Stores a file.
   *
   * @return 201 if it is new, 200 if the same one was there
   * @throws ProblemException {@code duplicate} if the id has another content, {@code conflict} if
   *     it was deleted, {@code content-too-large}, {@code digest-mismatch}, {@code unavailable}
   */
  ResponseEntity<Blob> put(long id, UploadBody body) {
    checkSize(body.length());
    Optional<S3File> present = bucket.find(id);
    if (present.isPresent()) {
      return same(id, present.get(), digest(body));
    }
    try (S3Upload upload =
        new S3Upload(
            bucket,
            id,
            properties.partSize().toBytes(),
            spool.resolve(id + "-" + UUID.randomUUID()))) {
      byte[] chunk = new byte[UploadBody.CHUNK];
      for (int count = body.read(chunk, 0); count >= 0; count = body.read(chunk, 0)) {
        checkSize(upload.size() + count);
        upload.write(chunk, 0, count);
      }
      S3File file = upload.finish(body.contentType(), clock.millis());
      StoredBlob.Facts facts = file.facts();
      if (facts == null) {
        throw new IllegalStateException("a content without facts");
      }
      body.check(facts.size(), facts.sha256());
      if (!bucket.create(id, file)) {
        S3File other = bucket.find(id).orElseThrow(() -> raced(id));
        if (!file.equals(other)) { // else the answer to a first try was lost: it is ours
          return same(id, other, facts.sha256());
        }
      }
      upload.keep();
      return ResponseEntity.status(HttpStatus.CREATED).body(facts.blob(rules.purpose()));
    }
  }

  /** Deletes a file, for ever. */
  void delete(long id) {
    bucket.delete(id);
  }

  private ResponseEntity<Blob> same(long id, S3File present, String sha256) {
    StoredBlob.Facts facts = present.facts();
    if (facts == null) {
      throw new ProblemException(
          ProblemCode.CONFLICT, "File " + id + " was deleted, and its id is never used again.");
    }
    if (!facts.sha256().equals(sha256)) {
      throw new ProblemException(
          ProblemCode.DUPLICATE, "File " + id + " exists with another content.");
    }
    return ResponseEntity.ok(facts.blob(rules.purpose()));
  }

  /** SHA-256 of a content that is not needed any more. */
  private String digest(UploadBody body) {
    MessageDigest digest = PendingBlob.sha256();
    byte[] chunk = new byte[UploadBody.CHUNK];
    long size = 0;
    for (int count = body.read(chunk, 0); count >= 0; count = body.read(chunk, 0)) {
      size += count;
      checkSize(size);
      digest.update(chunk, 0, count);
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    body.check(size, sha256);
    return sha256;
  }

  private void checkSize(long size) {
    if (size > largest) {
      throw new ProblemException(
          ProblemCode.CONTENT_TOO_LARGE, "A file may have " + largest + " bytes at most.");
    }
  }

  private static ProblemException raced(long id) {
    return new ProblemException(
        ProblemCode.UNAVAILABLE, "File " + id + " is being written by somebody else.");
  }
}
