package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.build.Packages;
import org.tanada.deploy.build.TestReports;
import org.tanada.deploy.container.Docker;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the test suite. */
@Command(name = "test", description = "Runs the test suite, with --quick the part without servers.")
public final class TestCommand extends Operation {
  /** The compose project of the system that the suites start. */
  public static final String PROJECT = "tanada-test";

  @Option(names = "--quick", description = "Only what needs no servers and no browser.")
  private boolean quick;

  @Option(
      names = "--containers",
      description =
          "Also what needs Docker: the data tests on MySQL, and the whole system in containers.")
  private boolean containers;

  @Option(names = "--yes", description = "Answers yes to every question.")
  private boolean yes;

  @Parameters(
      arity = "0..*",
      paramLabel = "MAVEN-OPTION",
      description = "Handed on to Maven, after --: -- -pl deploy -Dtest=PortsTests")
  private List<String> more = List.of();

  @Override
  public Integer call() throws Exception {
    if (!Files.exists(home.root().resolve("pom.xml"))) {
      throw new OperatorException(home.root() + " is not a clone: the tests are in the source");
    }
    if (quick && containers) {
      throw new OperatorException("--quick or --containers, not both");
    }
    Packages packages = new Packages(terminal::line, question -> yes || terminal.ask(question));
    packages.need(List.of(new Packages.Need("mvn", "maven", "maven")));
    if (!quick) {
      packages.need();
      packages.need(Packages.BACKUP);
      packages.need(Packages.TESTS);
    }
    boolean engineMade = containers && needEngine();
    long began = System.nanoTime();
    Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS); // as coarse as some file systems
    int code;
    try {
      if (containers) {
        // of a run that was cut off: an engine starts them again, and they take the processors
        Docker.of(home.root()).remove(PROJECT);
      }
      code = maven();
    } finally {
      if (engineMade) {
        script("deploy/offline/down.sh");
      }
    }
    for (TestReports.FailedRun run : new TestReports(home.root()).failedSince(start)) {
      terminal.warn(
          "%s: %s%n%s%n".formatted(run.flake() ? "flaky" : "FAILED", run.test(), run.trace()));
    }
    String took = "%.0f s".formatted((System.nanoTime() - began) / 1e9);
    if (code != 0) {
      throw new OperatorException(
          "the tests failed after "
              + took
              + ": the reports are in MODULE/target/surefire-reports and failsafe-reports");
    }
    say("all tests passed in " + took);
    answer(Map.of("passed", true, "quick", quick));
    return DONE;
  }

  /**
   * Makes sure that an engine runs, by the packages of this machine if there is none.
   *
   * @return whether it was started for this run
   */
  private boolean needEngine() throws IOException, InterruptedException {
    if (Docker.runs(home.root())) {
      Docker.of(home.root()).check();
      return false;
    }
    String maker = "deploy/offline/up.sh";
    if (!yes && !terminal.ask("No Docker engine runs. Make one from Debian's packages?")) {
      throw new OperatorException("no Docker engine runs: start it, or " + maker + ", or --yes");
    }
    if (script(maker) != 0) {
      throw new OperatorException(maker + " failed: see what it says above");
    }
    return true;
  }

  private int script(String name) throws IOException, InterruptedException {
    // what it prints is for people: not into the answer of --json
    return new ProcessBuilder("bash", "-c", "exec \"$0\" >&2", home.root().resolve(name).toString())
        .directory(home.root().toFile())
        .inheritIO()
        .start()
        .waitFor();
  }

  private int maven() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Binaries.need("mvn"),
                "-B",
                "-ntp",
                "--fail-at-end",
                "-f",
                home.root().resolve("pom.xml").toString()));
    if (quick) {
      command.addAll(List.of("-Dtanada.quick=true", "-T1C"));
    }
    if (containers) {
      command.add("-Pcontainers");
    }
    if ("true".equals(System.getenv("CI"))) {
      // a busy machine is no fault of the change: a second try, and Maven lists it as a flake
      command.add("-Dsurefire.rerunFailingTestsCount=1");
      command.add("-Dfailsafe.rerunFailingTestsCount=1");
    }
    command.addAll(more);
    command.add("verify");
    ProcessBuilder builder = new ProcessBuilder(command);
    // tests that start installations must never meet this one
    builder.environment().keySet().removeIf(name -> name.startsWith("TANADA_"));
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    builder.directory(home.root().toFile());
    return json()
        ? builder
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        : builder.inheritIO().start().waitFor();
  }
}
