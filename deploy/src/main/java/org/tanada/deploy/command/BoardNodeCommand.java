package org.tanada.deploy.command;

import org.tanada.deploy.ship.BoardNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the units that {@code ship} writes run on a board. */
@Command(
    name = "board-node",
    hidden = true,
    description = "Prepares a database, joins a replica, or renders nginx's configuration.")
public final class BoardNodeCommand extends Operation {
  /** What is to be done. */
  enum Step {
    PREPARE,
    JOIN,
    FRONT
  }

  @Option(names = "--node", required = true, description = "Its name.")
  private String node = "";

  @Option(names = "--pool", description = "Megabytes of a database's buffer pool.")
  private int pool;

  @Option(names = "--host", description = "Address of the front door.")
  private String host = "localhost";

  @Parameters(description = "prepare, join or front.")
  private Step step = Step.PREPARE;

  @Override
  public Integer call() throws Exception {
    BoardNode own =
        new BoardNode(
            home,
            node,
            pool,
            host);
    switch (step) {
      case PREPARE -> own.prepare();
      case JOIN -> own.join();
      case FRONT -> own.front();
    }
    return DONE;
  }
}
