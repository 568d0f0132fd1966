package org.tanada.deploy.command;

import java.util.Optional;
import org.tanada.deploy.launcher.PromotionRequest;
import picocli.CommandLine.Option;

/** What both commands that promote are told, and tell. */
final class PromotionOptions {
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

  PromotionRequest request(String cluster, Operation command) {
    return new PromotionRequest(
        cluster,
        Optional.of(to).filter(node -> !node.isEmpty()),
        PromotionRequest.Loss.of(lose),
        plan -> {
          command.say(plan);
          return yes || command.terminal.ask("Promote?");
        },
        command::say);
  }

  /** Says what came of it. */
  void tell(PromotionRequest.Promoted done, String cluster, Operation command) {
    command.say(
        "%s is the primary of %s; %s follows it as soon as it is up"
            .formatted(done.primary(), cluster, done.former()));
    if (done.lost() == null || done.lost() > 0) {
      command.say(
          "%s acknowledged writes were lost; what %s had beyond is kept in its data-errant"
              .formatted(done.lost() == null ? "perhaps some" : done.lost(), done.former()));
    }
  }
}
