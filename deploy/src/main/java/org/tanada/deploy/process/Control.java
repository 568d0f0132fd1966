package org.tanada.deploy.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/** What commands do with an installation: read its state, change its wishes, wait. */
public final class Control {
  private static final long POLL_MILLIS = 100;

  private final Home home;

  /** Control of an installation. */
  public Control(Home home) {
    this.home = home;
  }

  /** What the operator wants now. */
  public Desired desired() throws IOException {
    return StateFiles.readJson(home.desired(), Desired.class).orElse(Desired.NOTHING);
  }

  /** What the supervisor saw last. */
  public Observed observed() throws IOException {
    return StateFiles.readJson(home.observed(), Observed.class).orElse(Observed.NOTHING);
  }

  /** Changes what is wanted, and forgets removed nodes that are gone. */
  public Desired change(UnaryOperator<Desired> change) throws IOException {
    try (StateFiles.Held _ = StateFiles.lock(home.lock())) {
      Observed observed = observed();
      Desired kept =
          new Desired(
              desired().nodes().stream()
                  .filter(wanted ->
                      wanted.run() != Run.REMOVED
                          || observed.find(wanted.node().name()).isPresent())
                  .toList());
      Desired changed = change.apply(kept);
      StateFiles.writeJson(home.desired(), changed);
      return changed;
    }
  }

  /** Whether the supervisor is at work. */
  public boolean supervised() throws IOException {
    return observed().supervisor().alive();
  }

  /** Starts a supervisor unless one is at work; replaces one that runs an older program. */
  public void supervise() throws IOException {
    supervise(List.of());
  }

  /** The same for nodes that let all others go first, on the processor and on the disk. */
  public void supervisePolitely() throws IOException {
    supervise(Binaries.politely());
  }

  private void supervise(List<String> by) throws IOException {
    Observed observed = observed();
    String build = ownBuild();
    if (observed.supervisor().alive()) {
      if (observed.build().equals(build)) {
        return;
      }
      observed.supervisor().signal("TERM");
      await(10, () -> !observed.supervisor().alive());
    }
    Path jar = ownJar();
    Process process =
        Detached.start(
            home,
            home.supervisorLog(),
            "48m",
            Map.of("TANADA_BUILD", build),
            List.of("supervise"),
            by);
    boolean begun = await(20, () -> !process.isAlive() || isSupervised());
    if (!begun || !isSupervised()) {
      throw new OperatorException("the supervisor does not start, see " + home.supervisorLog());
    }
    if (!Files.exists(jar)) {
      throw new OperatorException(jar + " is gone: run ./tanada up again");
    }
  }

  private boolean isSupervised() {
    try {
      return supervised();
    } catch (IOException e) {
      return false;
    }
  }

  private static Path ownJar() {
    return Path.of(first(System.getProperty("java.class.path"))).toAbsolutePath();
  }

  private static String first(String classPath) {
    int end = classPath.indexOf(File.pathSeparatorChar);
    return end < 0 ? classPath : classPath.substring(0, end);
  }

  private static String ownBuild() throws IOException {
    Path jar = ownJar();
    return Files.isRegularFile(jar) ? Programs.hash(jar) : "classes";
  }

  /**
   * Waits for a condition that costs little to ask for.
   *
   * @return whether it came true in time
   */
  public static boolean await(int seconds, BooleanSupplier condition) {
    return await(seconds, POLL_MILLIS, condition);
  }

  /**
   * Waits for a condition.
   *
   * @param pollMillis the pause between two questions: what they cost is taken from the nodes
   * @return whether it came true in time
   */
  public static boolean await(int seconds, long pollMillis, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      if (condition.getAsBoolean()) {
        return true;
      }
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pollMillis));
    }
    return condition.getAsBoolean();
  }
}
