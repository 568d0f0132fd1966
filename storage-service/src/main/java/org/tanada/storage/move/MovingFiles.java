package org.tanada.storage.move;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Primary;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.tanada.common.blob.Blob;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.OnDisk;
import org.tanada.storage.blob.OnS3;
import org.tanada.storage.blob.PurposeRules;
import org.tanada.storage.place.Movable;
import org.tanada.storage.place.Place;
import org.tanada.storage.place.UploadBody;

/**
 * Writes while files are moved: new files go where the purpose's files are to be; of an id that the
 * other place knows, that one decides, so that an id keeps its one content; deletions reach both.
 */
@Component
@Primary
@OnDisk
@OnS3
class MovingFiles implements Place {
  private static final Logger log = LoggerFactory.getLogger(MovingFiles.class);

  private final Place disks;
  private final Movable bucket;
  private final boolean toBucket;

  MovingFiles(
      @Qualifier("diskFiles") Place disks,
      @Qualifier("s3Files") Movable bucket,
      PurposeRules rules) {
    this.disks = disks;
    this.bucket = bucket;
    this.toBucket = rules.backend() == PurposeRules.Backend.S3;
  }

  @Override
  public boolean knows(long id) {
    return disks.knows(id) || bucket.knows(id);
  }

  @Override
  public ResponseEntity<Blob> put(long id, UploadBody body, boolean forward) {
    Place goal = toBucket ? bucket : disks;
    Place other = toBucket ? disks : bucket;
    return (other.knows(id) ? other : goal).put(id, body, forward);
  }

  /** The three looks of {@link MovingReads}. */
  @Override
  public InputStream open(long id) throws IOException {
    try {
      return disks.open(id);
    } catch (ProblemException e) {
      log.debug("the bucket may have file {}, which the disks cannot give", id, e);
    }
    try {
      return bucket.open(id);
    } catch (ProblemException e) {
      log.debug("file {} may have come to the disks, which the bucket cannot give", id, e);
    }
    return disks.open(id);
  }

  /**
   * A deletion is remembered where files go to, first of all: one that is on its way is refused
   * there. What they leave keeps nothing that would have to follow.
   */
  @Override
  public void delete(long id) {
    if (toBucket) {
      bucket.delete(id);
      disks.delete(id);
    } else {
      disks.delete(id);
      bucket.release(id);
    }
  }
}
