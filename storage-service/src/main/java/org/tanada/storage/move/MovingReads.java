package org.tanada.storage.move;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobReads;
import org.tanada.storage.blob.OnDisk;
import org.tanada.storage.blob.OnS3;

/**
 * Reads while files are moved: from the disks, else from the bucket, else from the disks once more.
 * A file is at its new place before it leaves its old one, so that the three looks find it
 * whichever way it goes meanwhile.
 */
@Component
@Primary
@OnDisk
@OnS3
class MovingReads implements BlobReads {
  private static final Logger log = LoggerFactory.getLogger(MovingReads.class);

  private final BlobReads disks;
  private final BlobReads bucket;

  MovingReads(@Qualifier("diskReads") BlobReads disks, @Qualifier("s3Reads") BlobReads bucket) {
    this.disks = disks;
    this.bucket = bucket;
  }

  @Override
  public boolean send(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      if (disks.send(id, policy, request, response)) {
        return true;
      }
    } catch (ProblemException e) {
      log.debug("the bucket may have file {}, which the disks cannot give", id, e);
    }
    return bucket.send(id, policy, request, response) || disks.send(id, policy, request, response);
  }
}
