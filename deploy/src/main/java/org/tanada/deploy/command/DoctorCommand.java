package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.board.checkup.BoardCheckup;
import org.tanada.deploy.doctor.Checkup;
import org.tanada.deploy.doctor.Finding;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the machine and the installation, or a board. */
@Command(
    name = "doctor",
    description = "Checks the machine and the installation, or a board; says what to do.")
public final class DoctorCommand extends BoardsCommand.OfShelf {
  @Option(
      names = "--board",
      paramLabel = "BOARD",
      description = "A board of the inventory, by ssh; nothing is changed there.")
  private @Nullable String board;

  @Mixin private final SshOptions ssh = new SshOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    List<Finding> findings = look();
    boolean well = findings.stream().noneMatch(f -> f.grade() == Finding.Grade.BAD);
    for (Finding finding : findings) {
      String mark =
          switch (finding.grade()) {
            case GOOD -> terminal.good("ok  ");
            case NOTABLE -> terminal.notable("note");
            case BAD -> terminal.bad("bad ");
          };
      say(mark + "  " + finding.subject() + ": " + finding.fact());
      if (!finding.advice().isEmpty()) {
        say("      → " + finding.advice());
      }
    }
    answer(Map.of("well", well, "findings", findings));
    return well ? DONE : FAILED;
  }

  private List<Finding> look() throws IOException {
    if (board == null) {
      CommandLine line = Objects.requireNonNull(spec).commandLine();
      if (line.getParseResult().hasMatchedOption("--inventory")
          || ssh.configuration().isPresent()) {
        throw new CommandLine.ParameterException(line, "name a board: --board BOARD");
      }
      return new Checkup(home).look();
    }
    Shelf shelf = shelf();
    Board patient = shelf.board(board);
    return new BoardCheckup(patient, BoardPlan.of(shelf).nodes(patient)).look(ssh.configuration());
  }
}
