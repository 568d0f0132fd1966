package org.tanada.deploy.command;

import org.tanada.deploy.launcher.PromotionRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes another node of a cluster its primary. */
@Command(
    name = "promote",
    description = "Makes a replica of a cluster its primary; refuses to lose acknowledged writes.")
final class ShardsPromoteCommand extends Operation {
  @Parameters(paramLabel = "CLUSTER", description = "As mysql-1.")
  private String cluster = "";

  @Mixin private PromotionOptions options = new PromotionOptions();

  @Override
  public Integer call() throws Exception {
    PromotionRequest.Promoted done = launcher().promote(options.request(cluster, this));
    options.tell(done, cluster, this);
    answer(done);
    return DONE;
  }
}
