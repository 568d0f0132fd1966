package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tanada.deploy.container.ContainerLauncher;
import org.tanada.deploy.drill.Drill;
import org.tanada.deploy.drill.Drills;
import org.tanada.deploy.drill.Recovery;
import org.tanada.deploy.drill.Verdict;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Breaks something under load and prints a verdict. */
@Command(
    name = "drill",
    description =
        "Breaks something under load and prints a verdict; exit code 1 if a promise was broken.")
public final class DrillCommand extends Operation {
  @Parameters(paramLabel = "NAME", description = "list, or one of its names.")
  private String name = "list";

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Of all random choices, to repeat a run.")
  private long seed = System.nanoTime();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "How long it goes on; without it, what a round takes.")
  private int minutes;

  @Option(
      names = "--destroy",
      description = "Agrees to a drill that deletes the data of the system here.")
  private boolean destroy;

  @Option(names = "--yes", description = "Answers yes to the question that such a drill asks.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    if (name.equals("list")) {
      return list();
    }
    Drill drill =
        Drills.find(name)
            .orElseThrow(() ->
                new OperatorException(
                    "there is no drill " + name + ": ./tanada drill list names them"));
    agree(drill);
    say("drill " + drill.name() + ", seed " + seed + ": " + drill.description());
    Verdict verdict;
    Launcher launcher = launcher();
    Consumer<String> progress = line -> say("  " + line);
    Recovery recovery =
        launcher instanceof ContainerLauncher containers
            ? new ContainerRecovery(home, containers, progress)
            : new RunningRecovery(home, launcher, terminal, json(), progress);
    try (RunningInstallation installation = new RunningInstallation(launcher, recovery)) {
      Runtime.getRuntime().addShutdownHook(new Thread(installation::close)); // for Ctrl-C
      verdict = drill.run(installation, new Drill.Settings(seed, minutes), progress);
    }
    answer(verdict);
    verdict.figures().forEach(line -> say("  " + line));
    if (verdict.held()) {
      say(terminal.good("kept") + ": every promise of " + drill.name() + " held");
      return DONE;
    }
    verdict.broken().forEach(line -> say("  " + terminal.bad("broken") + ": " + line));
    throw new OperatorException(
        "drill "
            + drill.name()
            + " broke "
            + verdict.broken().size()
            + " promises; repeat with --seed "
            + seed);
  }

  /** Nobody loses data by a drill who has not said so. */
  private void agree(Drill drill) throws IOException {
    String loss = drill.loss();
    if (loss.isEmpty()) {
      return;
    }
    if (!destroy) {
      throw new OperatorException(
          "drill " + drill.name() + " destroys: " + loss + "; give --destroy if that may be");
    }
    say("drill " + drill.name() + " destroys: " + loss);
    if (!yes && !terminal.ask("Delete the data in " + home.directory() + "?")) {
      throw new OperatorException("nothing was deleted: answer yes, or give --yes");
    }
  }

  private int list() {
    List<Drill> drills = Drills.all();
    drills.forEach(drill -> say(String.format("%-12s %s", drill.name(), drill.description())));
    answer(
        Map.of(
            "drills",
            drills.stream()
                .map(d -> Map.of("name", d.name(), "description", d.description()))
                .toList()));
    return DONE;
  }
}
