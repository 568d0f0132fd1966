package org.tanada.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
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
import org.tanada.storage.place.Known;
import org.tanada.storage.place.Movable;
import org.tanada.storage.place.UploadBody;

/**
 * The bucket as a place for files. Of a file that is written the content is there first, then what
 * names it: a failure before leaves no file.
 */
@Component
class S3Files implements Movable {
  private static final int MAX_PARTS = 10_000;

  private final Bucket bucket;
  private final S3Properties properties;
  private final PurposeRules rules;
  private final long largest;
  private final Path spool;
  private final InstantSource clock = InstantSource.system();

  S3Files(Bucket bucket, S3Properties properties, PurposeRules rules, StorageProperties limits)
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
  @Override
  public ResponseEntity<Blob> put(long id, UploadBody body, boolean forward) {
    checkSize(body.length());
    Optional<S3File> present = bucket.find(id);
    if (present.isPresent()) {
      return same(id, present.get(), digest(body));
    }
    return write(id, body, clock.millis());
  }

  private ResponseEntity<Blob> write(long id, UploadBody body, long created) {
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
      S3File file = upload.finish(body.contentType(), created);
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

  @Override
  public void delete(long id) {
    bucket.delete(id);
  }

  @Override
  public boolean knows(long id) {
    return bucket.find(id).isPresent();
  }

  @Override
  public Known find(long id) {
    Optional<S3File> found = bucket.find(id);
    if (found.isEmpty()) {
      return new Known.Nothing();
    }
    StoredBlob.Facts facts = found.get().facts();
    return facts == null ? new Known.Deleted() : new Known.There(facts);
  }

  @Override
  public long count() {
    AtomicLong count = new AtomicLong();
    bucket.each(id -> count.incrementAndGet());
    return count.get();
  }

  @Override
  public void each(LongConsumer consumer) {
    bucket.each(consumer);
  }

  /** Copies are the bucket's business. */
  @Override
  public long owed() {
    return 0;
  }

  /** Every node writes to the bucket what it has. */
  @Override
  public boolean takes(long id) {
    return true;
  }

  @Override
  public void take(StoredBlob.Facts facts, Opener content) throws IOException {
    Optional<S3File> present = bucket.find(facts.id());
    if (present.isPresent()) {
      same(facts.id(), present.get(), facts.sha256());
      return;
    }
    try (InputStream stream = content.open()) {
      write(
          facts.id(),
          new UploadBody(stream, facts.size(), facts.contentType(), facts.sha256()),
          facts.created());
    }
  }

  @Override
  public boolean proved(StoredBlob.Facts facts) throws IOException {
    if (!(find(facts.id()) instanceof Known.There there)
        || !there.facts().sha256().equals(facts.sha256())
        || there.facts().size() != facts.size()) {
      return false;
    }
    try (InputStream content = open(facts.id())) {
      byte[] chunk = new byte[UploadBody.CHUNK];
      while (content.read(chunk, 0, chunk.length) >= 0) {
        // it compares itself with its digest as it passes
      }
      return true;
    }
  }

  /** Removes all that the bucket has of an id, also that it was deleted. */
  @Override
  public void release(long id) {
    bucket.forget(id);
  }

  /**
   * Opens a file.
   *
   * @throws ProblemException {@code unavailable} if the bucket cannot be read now, {@code conflict}
   *     if the file is not there; its stream: {@code upstream-failed} if it broke off or is not
   *     what was written
   */
  @Override
  public InputStream open(long id) throws IOException {
    S3File file = bucket.find(id).orElse(S3File.DELETED);
    if (file.facts() == null || file.content() == null) {
      throw missing(id, null);
    }
    if (file.facts().size() == 0) {
      return InputStream.nullInputStream();
    }
    try {
      return new Whole(
          new CheckedStream(bucket.open(file.content(), 0, file.facts().size()), file.facts()));
    } catch (NoSuchFileException e) {
      throw missing(id, e);
    }
  }

  private static ProblemException missing(long id, @Nullable IOException cause) {
    String detail = "Part " + id + " is nowhere.";
    return cause == null
        ? new ProblemException(ProblemCode.CONFLICT, detail)
        : new ProblemException(ProblemCode.CONFLICT, detail, cause);
  }

  /** A content whose failures are told as problems. */
  private static final class Whole extends FilterInputStream {
    Whole(CheckedStream content) {
      super(content);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        throw new ProblemException(
            ProblemCode.UPSTREAM_FAILED, "A part broke off or is not what was written.", e);
      }
    }
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
