package org.tanada.deploy.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.StateFiles;

/**
 * Written while a command promotes in a cluster. The cluster's nodes are left alone as long as that
 * process lives; if it dies on the way, they go back to what the last term says by themselves.
 *
 * @param process the command
 * @param fenced the node that was made to stop, to be started again at the end; empty for none
 */
public record PromotionMark(ProcessId process, String fenced) {
  private static Path file(Home home, String cluster) {
    return home.directory().resolve("promotion-" + cluster + ".json");
  }

  /** The mark of the command that works there now, or has been interrupted. */
  public static Optional<PromotionMark> find(Home home, String cluster) throws IOException {
    return StateFiles.readJson(file(home, cluster), PromotionMark.class);
  }

  /** Whether a command is at work there. */
  public static boolean active(Home home, String cluster) throws IOException {
    return find(home, cluster).filter(mark -> mark.process.alive()).isPresent();
  }

  /** Writes it for this process. */
  public static void set(Home home, String cluster, String fenced) throws IOException {
    StateFiles.writeJson(
        file(home, cluster),
        new PromotionMark(ProcessId.of(ProcessHandle.current().pid()), fenced));
  }

  /** The work is done. */
  public static void clear(Home home, String cluster) throws IOException {
    Files.deleteIfExists(file(home, cluster));
  }
}
