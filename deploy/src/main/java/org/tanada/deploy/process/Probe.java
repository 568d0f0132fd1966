package org.tanada.deploy.process;

/**
 * What a node answered when it was asked.
 *
 * @param answer in one word
 * @param problem one line, empty when there is none
 */
record Probe(Answer answer, String problem) {
  static final Probe READY = new Probe(Answer.READY, "");
  static final Probe SILENT = new Probe(Answer.SILENT, "");

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
    return new Probe(Answer.NOT_READY, problem);
  }
}
