package org.tanada.deploy.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardFiles;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.board.ShelfCheck;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plans a shelf of boards, and tends it. */
@Command(
    name = "boards",
    description = "Plans and tends a shelf of boards: which small computer does what.",
    subcommands = {
      BoardsCommand.Check.class,
      BoardsCommand.Environment.class,
      BoardsCommand.Nodes.class,
      BoardsCommand.Pack.class,
      BoardsPromoteCommand.class
    })
public final class BoardsCommand extends Operation {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec own = java.util.Objects.requireNonNull(spec);
    throw new CommandLine.ParameterException(
        own.commandLine(), "say check, env, nodes, pack or promote");
  }

  /** What the commands about boards share. */
  abstract static class OfShelf extends Operation {
    @Option(
        names = "--inventory",
        paramLabel = "FILE",
        description = "The boards (default: deploy/boards/inventory.yml).")
    private @Nullable Path inventory;

    final Shelf shelf() throws java.io.IOException {
      Path given = inventory;
      return Shelf.read(given == null ? home.root().resolve("deploy/boards/inventory.yml") : given);
    }
  }

  /** Says whether the plan can work. */
  @Command(name = "check", description = "Says whether the inventory can work, and draws the plan.")
  static final class Check extends OfShelf {
    @Override
    public Integer call() throws Exception {
      Shelf shelf = shelf();
      List<Finding> findings = ShelfCheck.of(shelf);
      boolean well = findings.stream().noneMatch(f -> f.grade() == Finding.Grade.BAD);
      BoardPlan plan = BoardPlan.of(shelf);
      Table table =
          new Table(List.of("BOARD", "ADDRESS", "MEMORY", "NEEDED", "NODES"), List.of(2, 3));
      for (Board board : shelf.boards()) {
        table.row(
            List.of(
                board.name(),
                board.address(),
                "%,d MB".formatted(board.memoryMegabytes()),
                "%,d MB".formatted(BoardPlan.leastMegabytes(board)),
                String.join(" ", plan.nodes(board).stream().map(PlannedNode::name).toList())),
            "");
      }
      List<String> lines = table.lines();
      for (int i = 0; i < lines.size(); i++) {
        say(i == 0 ? terminal.faint(lines.get(i)) : lines.get(i));
      }
      for (Finding finding : findings) {
        boolean bad = finding.grade() == Finding.Grade.BAD;
        say(
            (bad ? terminal.bad("bad ") : terminal.notable("note"))
                + "  "
                + finding.subject()
                + ": "
                + finding.fact());
        say("      → " + finding.advice());
      }
      say(well ? "This shelf can work." : "This shelf cannot work as it is.");
      answer(Map.of("well", well, "findings", findings));
      return well ? DONE : FAILED;
    }
  }

  /** Prints a board's settings. */
  @Command(name = "env", description = "Prints a board's settings, for docker compose --env-file.")
  static final class Environment extends OfShelf {
    @Parameters(paramLabel = "BOARD", description = "As the inventory names it.")
    private String name = "";

    @Override
    public Integer call() throws Exception {
      Shelf shelf = shelf();
      Board board = shelf.board(name);
      List<String> lines = BoardPlan.of(shelf).environment(board);
      lines.forEach(this::say);
      answer(Map.of("board", board.name(), "environment", lines));
      return DONE;
    }
  }

  /** Prints where all nodes are. */
  @Command(
      name = "nodes",
      description = "Prints where all nodes are: the file that every service watches.")
  static final class Nodes extends OfShelf {
    @Override
    public Integer call() throws Exception {
      BoardPlan plan = BoardPlan.of(shelf());
      say(Inventory.text(plan.listed()).stripTrailing());
      answer(Map.of("nodes", plan.nodes()));
      return DONE;
    }
  }

  /** Writes what a board with Docker needs. */
  @Command(
      name = "pack",
      description = "Writes all that a board with Docker needs beside the images, to copy there.")
  static final class Pack extends OfShelf {
    @Parameters(index = "0", paramLabel = "BOARD", description = "As the inventory names it.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "DIRECTORY", description = "Made if it is not there.")
    private Path directory = Path.of("");

    @Override
    public Integer call() throws Exception {
      Shelf shelf = shelf();
      Board board = shelf.board(name);
      Home own = home.shelf();
      StateFiles.privateDirectory(home.directory());
      StateFiles.privateDirectory(own.directory());
      new BoardFiles(own, shelf).write(board, directory);
      say(directory + " is ready: copy it to " + board.name() + ", and there in it:");
      say("docker compose --env-file board.env up -d --wait");
      answer(Map.of("board", board.name(), "directory", directory.toString()));
      return DONE;
    }
  }
}
