package org.tanada.storage.place;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import org.tanada.storage.blob.StoredBlob;

/** A place as one who moves files from it or to it sees it. */
public interface Movable extends Place {
  /** What this node sees of an id: of disks, its own. */
  Known find(long id);

  /** How many files this node sees: of disks, its own. */
  long count();

  /** Calls with the id of every file or remembered deletion that this node sees, in no order. */
  void each(LongConsumer consumer);

  /** Files that have fewer copies than they are to have, as far as this node knows. */
  long owed();

  /** Whether it is this node that is to bring the file here from another place. */
  boolean takes(long id);

  /**
   * Stores a file that is brought from another place, as it was there; returns when all its copies
   * are durable.
   *
   * @throws org.tanada.common.problem.ProblemException {@code conflict} if it was deleted here,
   *     {@code duplicate} if the id has another content here, {@code unavailable} if fewer copies
   *     can be made than there are to be
   */
  void take(StoredBlob.Facts facts, Opener content) throws IOException;

  /** Reads the file as it is kept here; whether it is what these facts say. */
  boolean proved(StoredBlob.Facts facts) throws IOException;

  /** Lets go of what this node sees of an id, which another place has now. */
  void release(long id);

  /** Gives a content when it is needed. */
  @FunctionalInterface
  interface Opener {
    /** Opens it; the caller closes it. */
    InputStream open() throws IOException;
  }
}
