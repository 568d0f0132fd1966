package org.tanada.deploy.drill;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The drills there are. */
public final class Drills {
  private Drills() {}

  /** All of them, made anew: a drill runs once. */
  public static List<Drill> all() {
    return List.of(
        new DataDrill(),
        new DisasterDrill(Duration.ofSeconds(5)),
        new FilesDrill(Duration.ofSeconds(2), Duration.ofSeconds(60)),
        new KillAnyDrill(Duration.ofSeconds(2)),
        new ScaleDrill(),
        new StaleReadsDrill(Duration.ofSeconds(20)));
  }

  /** The drill of that name. */
  public static Optional<Drill> find(String name) {
    return all().stream().filter(drill -> drill.name().equals(name)).findFirst();
  }
}
