package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tanada.deploy.command.TestCommand;

/** The Docker engine that the system under test runs in. */
final class Engine {
  private static final int MINUTES = 3;

  private Engine() {}

  /** What a command of the engine prints, with what it complains of. */
  static String docker(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output.strip();
  }

  /** This machine's address in one of the system's networks, as its containers see it. */
  static String gateway(String network) throws IOException, InterruptedException {
    return docker(
        "network",
        "inspect",
        "--format",
        "{{(index .IPAM.Config 0).Gateway}}",
        TestCommand.PROJECT + "_" + network);
  }
}
