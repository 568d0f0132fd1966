package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;

/** Says where the certificate of the local authority is. */
@Command(name = "ca", description = "Prints the path of the authority that TLS clients must trust.")
public final class CaCommand extends Operation {
  @Override
  public Integer call() throws IOException {
    Path certificate = launcher().authority();
    if (!Files.exists(certificate)) {
      throw new OperatorException("there is no authority yet: run ./tanada up");
    }
    say(certificate.toString());
    answer(Map.of("certificate", certificate.toString()));
    return DONE;
  }
}
