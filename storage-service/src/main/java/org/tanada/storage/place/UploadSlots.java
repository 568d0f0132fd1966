package org.tanada.storage.place;

import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.StorageProperties;

/**
 * How many files may arrive at once: bounds memory and open files. Uploads and copies are counted
 * apart, so that two nodes full of uploads can still give each other their copies.
 */
@Component
public class UploadSlots {
  private final Semaphore uploads;
  private final Semaphore copies;

  UploadSlots(StorageProperties properties) {
    this.uploads = new Semaphore(properties.maxUploads());
    this.copies = new Semaphore(properties.maxUploads());
  }

  /** For a file from a caller. */
  public Slot upload() {
    return take(uploads);
  }

  /** For a copy from another node. */
  public Slot copy() {
    return take(copies);
  }

  private static Slot take(Semaphore slots) {
    if (!slots.tryAcquire()) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "This node takes no more uploads right now.");
    }
    return slots::release;
  }

  /** One place; closing gives it back. */
  public interface Slot extends AutoCloseable {
    @Override
    void close();
  }
}
