package org.tanada.deploy.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what nodes have written. */
@Command(name = "logs", description = "Shows the end of a node's log, or of all nodes' logs.")
public final class LogsCommand extends Operation {
  /** Of each node, where all are shown. */
  private static final int FEW = 5;

  @Parameters(arity = "0..1", paramLabel = "NODE", description = "A node, or supervisor.")
  private String node = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on until Ctrl-C.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "50",
      description = "How many lines of the end (${DEFAULT-VALUE}).")
  private int lines;

  @Override
  public Integer call() throws Exception {
    boolean all = node.isEmpty();
    int each = all ? Math.clamp(lines, 1, FEW) : Math.max(0, lines);
    launcher()
        .logs(
            node,
            each,
            follow,
            (writer, text) -> {
              System.out.println(all ? terminal.faint(writer + " | ") + text : text);
              System.out.flush();
            });
    return DONE;
  }
}
