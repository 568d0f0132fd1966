package org.tanada.deploy.command;

import java.util.List;
import org.tanada.deploy.ship.BoardCluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code boards promote} has a board do with its database. */
@Command(
    name = "board-database",
    hidden = true,
    description = "Does a step of a promotion beside a database of this board.")
public final class BoardDatabaseCommand extends Operation {
  @Option(names = "--node", required = true, description = "Its name.")
  private String node = "";

  @Parameters(index = "0", description = "What to do.")
  private BoardCluster.Step step = BoardCluster.Step.LOOK;

  @Parameters(index = "1..*", arity = "0..*", description = "What the step needs.")
  private List<String> words = List.of();

  @Override
  public Integer call() throws Exception {
    answer(new BoardCluster(home, node).take(step, words));
    return DONE;
  }
}
