package org.tanada.app.export;

import java.io.IOException;

/** A feature's part of an export. */
public interface Portable {
  /**
   * Adds all that there is of the user. What it throws ends the export.
   *
   * @throws IOException if the client has left
   */
  void export(long userId, Archive archive) throws IOException;
}
