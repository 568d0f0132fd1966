package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.launcher.NodeClient;
import org.tanada.deploy.launcher.PromotionRequest;
import org.tanada.deploy.launcher.PromotionRun;
import org.tanada.deploy.ship.BoardPromotion;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.PlannedNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes another database of a shelf its cluster's primary. */
@Command(
    name = "promote",
    description = {
      "Makes a replica of a cluster on boards its primary, over ssh;",
      "refuses to lose acknowledged writes."
    })
final class BoardsPromoteCommand extends BoardsCommand.OfShelf {
  @Parameters(paramLabel = "CLUSTER", description = "As mysql-1.")
  private String cluster = "";

  @Mixin private PromotionOptions options = new PromotionOptions();

  @Option(
      names = "--board-is-off",
      description = "The primary's board, which is out of reach, was switched off or has died.")
  private boolean off;

  @Option(
      names = "--ssh-config",
      paramLabel = "FILE",
      description = "Instead of your own ssh configuration.")
  private @Nullable Path sshConfiguration;

  @Override
  public Integer call() throws Exception {
    Shelf shelf = shelf();
    if (!java.nio.file.Files.exists(home.shelf().secrets())) {
      throw new OperatorException("nothing was shipped from here: ./tanada ship does that first");
    }
    PromotionRequest wanted = options.request(cluster, this);
    try (BoardPromotion steps =
        new BoardPromotion(shelf, cluster, Optional.ofNullable(sshConfiguration), off, this::say)) {
      PromotionRequest.Promoted done =
          new PromotionRun(home.shelf(), path -> routers(shelf, path), wanted, steps).run();
      options.tell(done, cluster, this);
      answer(done);
    }
    return DONE;
  }

  private List<org.tanada.deploy.launcher.Launcher.Reply> routers(Shelf shelf, String path)
      throws IOException {
    List<PlannedNode> routers =
        BoardPlan.of(shelf).nodes().stream().filter(node -> node.tier().equals("router")).toList();
    return NodeClient.askAll(home.shelf(), routers, path);
  }
}
