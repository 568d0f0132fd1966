package org.tanada.storage.s3;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.storage.blob.BlobAnswer;
import org.tanada.storage.blob.BlobReads;

/** Reads from the bucket: one request for what is known of a file, one for the bytes. */
@Component
class S3Reads implements BlobReads {
  private final Bucket bucket;
  private final BlobAnswer answer;

  S3Reads(Bucket bucket, BlobAnswer answer) {
    this.bucket = bucket;
    this.answer = answer;
  }

  @Override
  public boolean send(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<S3File> found = bucket.find(id);
    if (found.isEmpty() || found.get().facts() == null || found.get().content() == null) {
      return false;
    }
    try {
      answer.send(
          new S3Content(bucket, found.get().facts(), found.get().content()),
          policy,
          request,
          response);
      return true;
    } catch (NoSuchFileException e) {
      return false; // deleted this very moment
    }
  }
}
