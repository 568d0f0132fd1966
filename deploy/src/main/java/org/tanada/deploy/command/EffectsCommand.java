package org.tanada.deploy.command;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.EffectsContract.Effect;
import org.tanada.common.row.EffectsContract.Parked;
import org.tanada.common.row.EffectsContract.Retried;
import org.tanada.common.row.EffectsContract.Retry;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Effects of one owner's transaction on another's rows that could not be applied. */
@Command(
    name = "effects",
    description = "Shows effects on other owners' rows that are parked; retries them.",
    subcommands = EffectsCommand.RetryThem.class)
public final class EffectsCommand extends Operation {
  @Override
  public Integer call() throws Exception {
    Parked parked = new RouterClient(launcher()).ask("/v1/effects/parked", null, Parked.class);
    answer(parked);
    if (parked.effects().isEmpty()) {
      say("no effect is parked");
      return DONE;
    }
    Table table = new Table(List.of("EFFECT", "FROM", "TO", "SINCE", "TRIED", "WHY"), List.of(4));
    for (Effect effect : parked.effects()) {
      table.row(
          List.of(
              String.valueOf(effect.id()),
              String.valueOf(effect.owner()),
              String.valueOf(effect.target()),
              Instant.ofEpochMilli(effect.createdAt()).toString(),
              String.valueOf(effect.attempts()),
              effect.error()),
          "");
    }
    table.lines().forEach(this::say);
    say("when its reason is gone: ./tanada effects retry EFFECT, or --all");
    return DONE;
  }

  /** Has parked effects tried again. */
  @Command(name = "retry", description = "Has a parked effect tried again, or all of them.")
  static final class RetryThem extends Operation {
    @Parameters(arity = "0..1", paramLabel = "EFFECT", description = "Its id.")
    private @Nullable Long id;

    @Option(names = "--all", description = "All that are parked.")
    private boolean all;

    @Override
    public Integer call() throws Exception {
      if (all == (id != null)) {
        throw new OperatorException("say which: ./tanada effects retry EFFECT, or --all");
      }
      Retried retried = retry(launcher());
      say(retried.count() + " effects are tried again");
      answer(Map.of("count", retried.count()));
      return DONE;
    }

    private Retried retry(Launcher launcher) throws IOException {
      return new RouterClient(launcher).ask("/v1/effects/retries", new Retry(id), Retried.class);
    }
  }
}
