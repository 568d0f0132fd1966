package org.tanada.deploy.command;

import org.tanada.deploy.database.DatabaseProfile;
import org.tanada.deploy.database.DatabaseSettings;
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

  @Option(names = "--storage", description = "What a database's disk is.")
  private String storage = DatabaseSettings.SHARED.profile().toString();

  @Option(names = "--pool", description = "Size of a database's buffer pool.")
  private String pool = DatabaseSettings.SHARED.pool();

  @Option(names = "--host", description = "Address of the front door.")
  private String host = "localhost";

  @Parameters(description = "prepare, join or front.")
  private Step step = Step.PREPARE;

  @Override
  public Integer call() throws Exception {
    BoardNode own =
        new BoardNode(home, node, new DatabaseSettings(DatabaseProfile.of(storage), pool), host);
    switch (step) {
      case PREPARE -> own.prepare();
      case JOIN -> own.join();
      case FRONT -> own.front();
    }
    return DONE;
  }
}
