package org.tanada.deploy.command;

import java.util.List;
import java.util.Map;
import org.tanada.deploy.ship.Shipping;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Brings what was built to a shelf of boards, without Docker. */
@Command(
    name = "ship",
    description = {
      "Brings what was built here to the boards over ssh, one board at a time;",
      "a board whose nodes do not get ready gets its last release back."
    })
public final class ShipCommand extends BoardsCommand.OfShelf {
  @Option(names = "--board", paramLabel = "BOARD", description = "Only this one; can be repeated.")
  private List<String> boards = List.of();

  @Option(names = "--roll-back", description = "Puts the release before the present one in force.")
  private boolean rollBack;

  @Option(
      names = "--new-keys",
      description = {
        "Gives every service a new key, in two rounds over all boards: one in which all get to",
        "know it, and one in which it comes into use. Those before are good for one more hour."
      })
  private boolean newKeys;

  @Mixin private final SshOptions ssh = new SshOptions();

  @Override
  public Integer call() throws Exception {
    long began = System.nanoTime();
    try (Shipping shipping = new Shipping(home, shelf(), ssh.configuration(), this::say)) {
      if (rollBack) {
        shipping.rollBack();
      } else if (newKeys) {
        shipping.replaceServiceKeys();
      } else {
        shipping.ship(boards);
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    say((rollBack ? "Rolled back" : "Shipped") + " in %.1f s.".formatted(seconds));
    answer(Map.of("state", rollBack ? "rolled back" : "shipped", "seconds", seconds));
    return DONE;
  }
}
