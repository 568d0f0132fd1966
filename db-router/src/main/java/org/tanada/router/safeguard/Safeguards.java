package org.tanada.router.safeguard;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.springframework.stereotype.Component;

/**
 * Which safeguards there are: all. A test takes one away, to show that whoever checks the promises
 * notices; no property does, so that no operator can.
 */
@Component
public final class Safeguards {
  private final Set<Safeguard> gone = new CopyOnWriteArraySet<>(EnumSet.noneOf(Safeguard.class));

  /** Whether it was taken away. */
  public boolean lacks(Safeguard safeguard) {
    return gone.contains(safeguard);
  }

  /** Takes it away, for tests. */
  public void without(Safeguard safeguard) {
    gone.add(safeguard);
  }

  /** Gives it back. */
  public void with(Safeguard safeguard) {
    gone.remove(safeguard);
  }
}
