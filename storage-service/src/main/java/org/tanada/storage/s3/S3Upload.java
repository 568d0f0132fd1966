package org.tanada.storage.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StoredBlob;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * A content on its way into the bucket. Parts are gathered in a file on this node's disk, so that
 * memory does not grow with them, a part can be sent again, and its SHA-256 is known before it is
 * sent; the service compares it. One that fits into a part is one object at once. For one thread;
 * closing removes what was not kept.
 */
final class S3Upload implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(S3Upload.class);

  /** The caller waits for its problem meanwhile, and what stays is never read. */
  private static final Duration TO_DISCARD = Duration.ofSeconds(3);

  private final Bucket bucket;
  private final long id;
  private final String key;
  private final long partSize;
  private final Path spool;
  private final FileChannel channel;
  private final MessageDigest whole = PendingBlob.sha256();
  private final MessageDigest part = PendingBlob.sha256();
  private final List<CompletedPart> parts = new ArrayList<>();
  private @Nullable String multipart;
  private long size;
  private long gathered;
  private boolean named;
  private boolean kept;

  /**
   * Begins one.
   *
   * @param spool a file of its own, which is not there yet
   */
  S3Upload(Bucket bucket, long id, long partSize, Path spool) {
    this.bucket = bucket;
    this.id = id;
    this.key = bucket.newContent(id);
    this.partSize = partSize;
    this.spool = spool;
    try {
      this.channel =
          FileChannel.open(
              spool,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.READ);
    } catch (IOException e) {
      throw BlobStore.failure(e);
    }
  }

  /** Bytes so far. */
  long size() {
    return size;
  }

  /** Adds bytes. */
  void write(byte[] bytes, int offset, int count) {
    size += count;
    whole.update(bytes, offset, count);
    for (int at = offset, left = count; left > 0; ) {
      if (gathered == partSize) {
        sendPart(); // only now: the last one may be as large as the others
      }
      int now = (int) Math.min(left, partSize - gathered);
      gather(bytes, at, now);
      at += now;
      left -= now;
    }
  }

  /**
   * Ends the content: when this returns, all of it is in the bucket, though no file yet.
   *
   * @param created Unix time in milliseconds
   */
  S3File finish(String contentType, long created) {
    String sha256 = HexFormat.of().formatHex(whole.digest());
    try {
      named = true;
      if (multipart == null) {
        String checksum = checksum();
        bucket
            .client()
            .putObject(
                r ->
                    r.bucket(bucket.name())
                        .key(key)
                        .contentType(contentType)
                        .checksumSHA256(checksum),
                RequestBody.fromFile(spool));
      } else {
        sendPart();
        bucket
            .client()
            .completeMultipartUpload(r ->
                r.bucket(bucket.name())
                    .key(key)
                    .uploadId(multipart)
                    .multipartUpload(all -> all.parts(parts)));
        multipart = null;
      }
    } catch (SdkException e) {
      throw S3Failures.problem(e);
    }
    return new S3File(new StoredBlob.Facts(id, size, sha256, contentType, created), key);
  }

  /** The content has become a file: it stays. */
  void keep() {
    kept = true;
  }

  private void gather(byte[] bytes, int offset, int count) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, count);
      while (buffer.hasRemaining()) {
        channel.write(buffer, gathered + buffer.position() - offset);
      }
    } catch (IOException e) {
      throw BlobStore.failure(e);
    }
    part.update(bytes, offset, count);
    gathered += count;
  }

  private void sendPart() {
    int number = parts.size() + 1;
    String checksum = checksum();
    try {
      if (multipart == null) {
        multipart =
            bucket
                .client()
                .createMultipartUpload(r ->
                    r.bucket(bucket.name()).key(key).checksumAlgorithm(ChecksumAlgorithm.SHA256))
                .uploadId();
      }
      channel.truncate(gathered);
      String tag =
          bucket
              .client()
              .uploadPart(
                  r ->
                      r.bucket(bucket.name())
                          .key(key)
                          .uploadId(multipart)
                          .partNumber(number)
                          .checksumSHA256(checksum),
                  RequestBody.fromFile(spool))
              .eTag();
      parts.add(
          CompletedPart.builder().partNumber(number).eTag(tag).checksumSHA256(checksum).build());
      gathered = 0;
    } catch (SdkException e) {
      throw S3Failures.problem(e);
    } catch (IOException e) {
      throw BlobStore.failure(e);
    }
  }

  private String checksum() {
    return Base64.getEncoder().encodeToString(part.digest());
  }

  /** Removes the gathered part and, unless it is kept, what is in the bucket. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(spool);
    } catch (IOException e) {
      log.warn("{} could not be removed", spool, e);
    }
    if (kept) {
      return;
    }
    try {
      if (multipart != null) {
        bucket
            .client()
            .abortMultipartUpload(r ->
                r.bucket(bucket.name())
                    .key(key)
                    .uploadId(multipart)
                    .overrideConfiguration(o -> o.apiCallTimeout(TO_DISCARD)));
      }
      if (named) { // or may be, if the answer was lost
        bucket
            .client()
            .deleteObject(r ->
                r.bucket(bucket.name())
                    .key(key)
                    .overrideConfiguration(o -> o.apiCallTimeout(TO_DISCARD)));
      }
    } catch (SdkException e) {
      log.warn("{} stays in the bucket though nobody reads it: {}", key, e.toString());
    }
  }
}
