package org.tanada.storage.replica;

import org.springframework.context.ApplicationContext;

/** The background work of a node, in the hands of a test. */
public final class Background {
  private Background() {}

  /** Scrubs now instead of tomorrow. */
  public static void scrub(ApplicationContext node) {
    node.getBean(Scrubber.class).run();
  }

  /** Compares and mends all copies now. */
  public static void compare(ApplicationContext node) {
    node.getBean(ReplicationHealth.class).compareAgain();
    node.getBean(Repair.class).runIfDue();
  }

  /** Stops repair and scrubbing. */
  public static void pause(ApplicationContext node) {
    node.getBean(BackgroundWork.class).stop();
  }

  /** Starts them again. */
  public static void resume(ApplicationContext node) {
    node.getBean(BackgroundWork.class).start();
  }
}
