package org.tanada.deploy.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.process.Detached;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.StateFiles;

/**
 * The traffic generator as a process of its own, which goes on when the command that started it has
 * ended.
 */
public final class TrafficProcess {
  private static final int SECONDS_TO_START = 60;
  private static final int SECONDS_TO_STOP = 10;

  private final Home home;
  private final Path directory;

  /** The traffic of an installation. */
  public TrafficProcess(Home home) {
    this.home = home;
    this.directory = home.directory().resolve("traffic");
  }

  /** Whether it runs. */
  public boolean running() throws IOException {
    return process().alive();
  }

  /** What it measured. */
  public TrafficLog log() {
    return new TrafficLog(directory.resolve("seconds.jsonl"));
  }

  /**
   * Starts it, and waits for its first second.
   *
   * @param front the front door
   * @param rate requests a second, or 0 for as many as a few users get answered
   * @throws OperatorException if it runs already, or ends at once
   */
  public void start(URI front, double rate, Mix mix) throws IOException {
    if (running()) {
      throw new OperatorException("traffic flows already: ./tanada traffic stop ends it");
    }
    StateFiles.privateDirectory(directory);
    long before = log().read(0).next();
    Process process =
        Detached.start(
            home,
            directory.resolve("traffic.log"),
            "64m",
            Map.of(),
            List.of(
                "traffic",
                "run",
                "--front",
                front.toString(),
                "--rate",
                String.format(Locale.ROOT, "%.3f", rate),
                "--mix",
                mix.name().toLowerCase(Locale.ROOT)));
    StateFiles.writeJson(directory.resolve("process.json"), ProcessId.of(process.pid()));
    boolean known = Control.await(SECONDS_TO_START, () -> !process.isAlive() || measured(before));
    if (!process.isAlive()) {
      throw new OperatorException("the traffic ended at once: " + lastLine());
    }
    if (!known) {
      throw new OperatorException(
          "the traffic has sent nothing for "
              + SECONDS_TO_START
              + " s: ./tanada traffic stop ends it");
    }
  }

  private boolean measured(long before) {
    try {
      return !log().read(before).seconds().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String lastLine() throws IOException {
    List<String> lines = Files.readAllLines(directory.resolve("traffic.log"));
    return lines.isEmpty() ? "it said nothing" : lines.getLast();
  }

  /** Stops it; false if it did not run. */
  public boolean stop() throws IOException {
    ProcessId process = process();
    if (!process.signal("TERM")) {
      return false;
    }
    if (!Control.await(SECONDS_TO_STOP, () -> !process.alive())) {
      process.signal("KILL");
    }
    return true;
  }

  private ProcessId process() throws IOException {
    return StateFiles.readJson(directory.resolve("process.json"), ProcessId.class)
        .orElse(ProcessId.NONE);
  }
}
