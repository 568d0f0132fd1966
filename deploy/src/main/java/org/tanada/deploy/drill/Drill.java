package org.tanada.deploy.drill;

import java.util.function.Consumer;

/** Breaks something under load and says whether the promises held. */
public interface Drill {
  /** Its name on the command line. */
  String name();

  /** What it does and which promises it checks, in one sentence. */
  String description();

  /**
   * What the system that it runs on loses by it for good, in words; empty for most drills, which
   * only disturb it. Whoever runs one that is not empty has asked before.
   */
  default String loss() {
    return "";
  }

  /**
   * Runs it.
   *
   * @param installation what to break
   * @param settings seed and length
   * @param progress takes a line now and then
   */
  Verdict run(Installation installation, Settings settings, Consumer<String> progress);

  /**
   * How to run it.
   *
   * @param seed of all random choices, so that a run can be repeated
   * @param minutes how long the load goes on at least; 0 for just as long as the breaking takes
   */
  record Settings(long seed, int minutes) {}
}
