package org.tanada.deploy.board.checkup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.Ssh;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.topology.PlannedNode;

/** All checks of {@code doctor --board}: one script tells the facts, nothing is changed. */
public final class BoardCheckup {
  private static final String SCRIPT = "/board/facts.sh";

  /** A worn-out card may take long to answer. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Board board;
  private final List<PlannedNode> nodes;

  /**
   * A checkup of a board.
   *
   * @param nodes those that it has
   */
  public BoardCheckup(Board board, List<PlannedNode> nodes) {
    this.board = board;
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Looks at the board.
   *
   * @param sshConfiguration file for {@code ssh -F}
   * @throws org.tanada.deploy.state.OperatorException in one line, if the board cannot be asked
   */
  public List<Finding> look(Optional<Path> sshConfiguration) throws IOException {
    String script = script();
    String output;
    long called;
    long answered;
    try (Ssh ssh = new Ssh(board, sshConfiguration)) {
      called = micros();
      output = ssh.run(script, LIMIT);
      answered = micros();
    }
    return findings(BoardFacts.parse(output), called, answered);
  }

  List<Finding> findings(BoardFacts facts, long calledMicros, long answeredMicros) {
    ClockOffset offset =
        ClockOffset.of(
            calledMicros,
            facts.number("begin").orElseThrow(),
            facts.number("end").orElseThrow(),
            answeredMicros);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(new SystemChecks(board, nodes, facts).look(offset));
    findings.addAll(new HardwareChecks(board, nodes, facts).look());
    findings.addAll(new NetworkChecks(board, nodes, facts).look());
    return List.copyOf(findings);
  }

  static String script() throws IOException {
    try (InputStream in = BoardCheckup.class.getResourceAsStream(SCRIPT)) {
      if (in == null) {
        throw new IllegalStateException(SCRIPT + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
