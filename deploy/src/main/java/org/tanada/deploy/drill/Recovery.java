package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Instant;

/**
 * The backups of an installation, as a drill handles them. What cannot be done is an {@link
 * IOException} or an {@link org.tanada.deploy.state.OperatorException} that says why.
 */
public interface Recovery {
  /** Makes a backup while everything is in use. */
  void backup() throws IOException;

  /** Returns when a restore can go to the moment, and all that leads there is in the repository. */
  void save(Instant moment) throws IOException;

  /** Stops all nodes and deletes their data. */
  void destroy() throws IOException;

  /** Puts everything in its place as it was at the moment; nothing runs. */
  void restore(Instant moment) throws IOException;

  /** Starts all nodes and returns when they are up. */
  void start() throws IOException;
}
