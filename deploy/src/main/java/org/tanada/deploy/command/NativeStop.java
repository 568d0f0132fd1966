package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.OperatorException;

/** Stops the processes of a native installation, the front door first, the databases last. */
final class NativeStop {
  private static final int SECONDS = 90;

  private final Control control;
  private final Terminal terminal;

  NativeStop(Control control, Terminal terminal) {
    this.control = control;
    this.terminal = terminal;
  }

  /**
   * Stops all nodes.
   *
   * @return false if none ran
   * @throws OperatorException if some do not stop in time
   */
  boolean run() throws IOException {
    boolean ran = !running().isEmpty() || control.supervised();
    control.change(
        desired -> desired.changeAll(w -> w.run() == Run.REMOVED ? w : w.with(Run.STOPPED)));
    if (!ran) {
      return false;
    }
    control.supervise();
    long began = System.nanoTime();
    boolean ended =
        Control.await(
            SECONDS,
            () -> {
              try {
                List<String> left = running();
                terminal.live(
                    "  %d to stop, %.0f s: %s"
                        .formatted(
                            left.size(),
                            (System.nanoTime() - began) / 1e9,
                            String.join(" ", left)));
                return left.isEmpty() && !control.supervised();
              } catch (IOException e) {
                return false;
              }
            });
    if (!ended) {
      throw new OperatorException(
          String.join(" ", running())
              + " did not stop within "
              + SECONDS
              + " s: run ./tanada down again");
    }
    return true;
  }

  private List<String> running() throws IOException {
    Observed observed = control.observed();
    return observed.nodes().stream()
        .filter(seen -> seen.process().alive())
        .map(Seen::name)
        .toList();
  }
}
