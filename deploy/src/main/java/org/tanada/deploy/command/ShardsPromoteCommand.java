package org.tanada.deploy.command;

import java.util.Optional;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.PromotionRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes another node of a cluster its primary. */
@Command(
    name = "promote",
    description = "Makes a replica of a cluster its primary; refuses to lose acknowledged writes.")
final class ShardsPromoteCommand extends Operation {
  @Parameters(paramLabel = "CLUSTER", description = "As mysql-1.")
  private String cluster = "";

  @Option(
      names = "--to",
      paramLabel = "NODE",
      description = "The next primary, as mysql-1-b; the replica that has most unless given.")
  private String to = "";

  @Option(
      names = "--lose",
      paramLabel = "N",
      defaultValue = "0",
      description = "Acknowledged writes that may be lost, or unknown, when the primary is gone.")
  private String lose = "";

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    Launcher launcher = launcher();
    PromotionRequest.Promoted done =
        launcher.promote(
            new PromotionRequest(
                cluster,
                Optional.of(to).filter(node -> !node.isEmpty()),
                PromotionRequest.Loss.of(lose),
                this::confirm,
                this::say));
    say(
        "%s is the primary of %s; %s follows it as soon as it is up: ./tanada shards"
            .formatted(done.primary(), cluster, done.former()));
    if (done.lost() == null || done.lost() > 0) {
      say(
          "%s acknowledged writes were lost; ./tanada keeps what %s had beyond in its data-errant"
              .formatted(done.lost() == null ? "perhaps some" : done.lost(), done.former()));
    }
    answer(done);
    return DONE;
  }

  private boolean confirm(String plan) {
    say(plan);
    return yes || terminal.ask("Promote?");
  }
}
