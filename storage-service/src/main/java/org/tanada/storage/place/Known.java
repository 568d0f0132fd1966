package org.tanada.storage.place;

import org.tanada.storage.blob.StoredBlob;

/** What a place knows of an id. */
public sealed interface Known {
  /** No file ever had it, as far as is remembered. */
  record Nothing() implements Known {}

  /** Its file was deleted, and must not come back. */
  record Deleted() implements Known {}

  /** There is something that cannot be read for what it is. */
  record Damaged() implements Known {}

  /**
   * Its file is there.
   *
   * @param facts as they were written
   */
  record There(StoredBlob.Facts facts) implements Known {}
}
