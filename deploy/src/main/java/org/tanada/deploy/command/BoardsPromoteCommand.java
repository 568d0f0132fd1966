package org.tanada.deploy.command;

import java.nio.file.Files;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.launcher.PromotionRequest;
import org.tanada.deploy.launcher.PromotionRun;
import org.tanada.deploy.ship.BoardPromotion;
import org.tanada.deploy.state.OperatorException;
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

  @Mixin private final SshOptions ssh = new SshOptions();

  @Override
  public Integer call() throws Exception {
    Shelf shelf = shelf();
    if (!Files.exists(home.shelf().secrets())) {
      throw new OperatorException("nothing was shipped from here: ./tanada ship does that first");
    }
    PromotionRequest wanted = options.request(cluster, this);
    try (BoardPromotion steps =
        new BoardPromotion(shelf, cluster, ssh.configuration(), off, this::say)) {
      PromotionRequest.Promoted done =
          new PromotionRun(
                  home.shelf(), BoardPromotion.views(home.shelf(), shelf, cluster), wanted, steps)
              .run();
      options.tell(done, cluster, this);
      answer(done);
    }
    return DONE;
  }
}
