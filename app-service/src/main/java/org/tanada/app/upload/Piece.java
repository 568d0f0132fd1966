package org.tanada.app.upload;

import org.tanada.common.row.Table;

/**
 * A row of {@code upload_pieces}: bytes of an upload that are durable. Its id is the file's.
 *
 * @param uploadId of which upload
 * @param position of its first byte
 * @param length in bytes
 */
record Piece(long uploadId, long position, long length) {
  static final Table<Piece> TABLE = new Table<>("upload_pieces", Piece.class);
}
