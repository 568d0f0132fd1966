package org.tanada.deploy.command;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.topology.Change;
import org.tanada.deploy.traffic.TrafficProcess;
import org.tanada.deploy.traffic.TrafficWatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives tiers more or fewer nodes while they work. */
@Command(
    name = "scale",
    description = "Gives tiers more or fewer nodes; those that leave finish what they have.")
public final class ScaleCommand extends Operation {
  /** Long enough for new servers to get their share. */
  private static final int SECONDS_TO_SHOW = 6;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--now",
      description =
          "Takes storage nodes away as they are: their files are not given to others first.")
  private boolean now;

  @Parameters(
      arity = "1..*",
      paramLabel = "TIER=N",
      description =
          "For example app=4 edge=5. Tiers: edge lb app auth router memcached storage-PURPOSE.")
  private List<String> wishes = List.of();

  @Override
  public Integer call() throws Exception {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String wish : wishes) {
      int equals = wish.indexOf('=');
      if (equals < 1 || !wish.substring(equals + 1).matches("[0-9]{1,4}")) {
        CommandSpec own = java.util.Objects.requireNonNull(spec);
        throw new CommandLine.ParameterException(
            own.commandLine(), "\"" + wish + "\" is not TIER=N, as in app=4");
      }
      counts.put(wish.substring(0, equals), Integer.parseInt(wish.substring(equals + 1)));
    }
    Launcher nodes = launcher();
    TrafficProcess traffic = new TrafficProcess(home);
    if (!traffic.running()) {
      scale(nodes, counts);
      return DONE;
    }
    TrafficWatch watch = new TrafficWatch(traffic.log(), this::say).start();
    try (watch) {
      scale(nodes, counts);
      watch.linger(SECONDS_TO_SHOW);
    }
    say(watch.verdict());
    return watch.failures() == 0 ? DONE : FAILED;
  }

  private void scale(Launcher nodes, Map<String, Integer> counts) throws IOException {
    long began = System.nanoTime();
    if (!now) {
      nodes.drain(counts, this::say);
    }
    Change change = nodes.beginScale(counts);
    if (!change.added().isEmpty()) {
      say("starting " + String.join(" ", change.added()));
    }
    if (!change.removed().isEmpty()) {
      say("draining " + String.join(" ", change.removed()));
    }
    nodes.await(change);
    double seconds = (System.nanoTime() - began) / 1e9;
    say(
        change.empty()
            ? "nothing to do: that is how many there are"
            : "done after %.1f s".formatted(seconds));
    answer(Map.of("added", change.added(), "removed", change.removed(), "seconds", seconds));
  }
}
