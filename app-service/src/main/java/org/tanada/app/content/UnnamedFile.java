package org.tanada.app.content;

import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.row.Write;

/**
 * A row of {@code unnamed_files}: a file that may be in the storage though no other row names it.
 * Its id is the file's. It is written before the file's first byte, and goes in the transaction
 * that names the file; so whatever dies in between, {@link UnnamedFileCleaner} finds the file.
 *
 * @param purpose where the file is
 */
record UnnamedFile(String purpose) {
  static final Table<UnnamedFile> TABLE = new Table<>("unnamed_files", UnnamedFile.class);

  /** What makes a file unnamed. */
  static Write begin(String purpose, long id) {
    return Write.insert(TABLE, id, new UnnamedFile(purpose));
  }

  /** What makes it named: fails if its cleaner has taken it meanwhile. */
  static Write end(Stored<UnnamedFile> file) {
    return Write.delete(TABLE, file.id(), file.version());
  }
}
