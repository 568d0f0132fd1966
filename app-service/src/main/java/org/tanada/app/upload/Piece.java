package org.tanada.app.upload;

import org.tanada.common.row.Table;

/**
 * A row of {@code upload_pieces}: a file that an upload has in the storage. Its id is the file's.
 * It is written before the file, so that no file is ever unknown, and counts when its position is.
 *
 * @param uploadId of which upload
 * @param position of its first byte, or {@value #ANNOUNCED}
 * @param length in bytes
 */
record Piece(long uploadId, long position, long length) {
  static final Table<Piece> TABLE = new Table<>("upload_pieces", Piece.class);

  /** The position of a file that may be there and does not count. */
  static final long ANNOUNCED = -1;

  /** A file that is about to be stored. */
  static Piece announced(long uploadId) {
    return new Piece(uploadId, ANNOUNCED, 0);
  }

  /** Whether it is a part of what has arrived. */
  boolean counts() {
    return position != ANNOUNCED;
  }
}
