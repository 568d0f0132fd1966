package org.tanada.deploy.command;

import java.util.List;
import java.util.Map;
import org.tanada.deploy.doctor.Checkup;
import org.tanada.deploy.doctor.Finding;
import picocli.CommandLine.Command;

/** Checks the machine and the installation. */
@Command(name = "doctor", description = "Checks the machine and the installation, says what to do.")
public final class DoctorCommand extends Operation {
  @Override
  public Integer call() throws Exception {
    List<Finding> findings = new Checkup(home).look();
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
}
