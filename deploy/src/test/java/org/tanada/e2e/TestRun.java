package org.tanada.e2e;

/** What this run of the suites is, without starting the system. */
final class TestRun {
  /** Why a suite is left out in containers. */
  static final String SEEN_NATIVELY =
      "the same services are looked at natively: give -Dtanada.test.nightly=true";

  /** The same for what the drill of the data tier, which runs there, does as well. */
  static final String DRILLED =
      "seen natively, and the drill moves and promotes: give -Dtanada.test.nightly=true";

  private TestRun() {}

  /** Whether the system under test is one of containers. */
  static boolean containers() {
    return Boolean.getBoolean("tanada.containers");
  }

  /** Whether suites leave out in containers what is slow there and has been seen natively. */
  static boolean brief() {
    return containers() && !Boolean.getBoolean("tanada.test.nightly");
  }
}
