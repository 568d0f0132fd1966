package org.tanada.deploy.process;

/**
 * What a node answered when it was asked.
 *
 * @param answer in one word
 * @param problem one line, empty when there is none
 * @param leads whether it is the primary of its cluster
 */
record Probe(Answer answer, String problem, boolean leads) {
  static final Probe READY = new Probe(Answer.READY, "", false);
  static final Probe LEADING = new Probe(Answer.READY, "", true);
  static final Probe SILENT = new Probe(Answer.SILENT, "", false);

  /** How it answered. */
  enum Answer {
    /** It does not listen yet. */
    SILENT,
    /** It answers, and cannot do its work yet. */
    NOT_READY,
    /** It can do its work. */
    READY
  }

  static Probe notReady(String problem) {
    return new Probe(Answer.NOT_READY, problem, false);
  }
}
