package org.tanada.deploy.doctor;

/**
 * What one check has found.
 *
 * @param subject what was looked at
 * @param fact what was found
 * @param advice what to do; empty when there is nothing to do
 */
public record Finding(String subject, Grade grade, String fact, String advice) {
  /** How it is. */
  public enum Grade {
    GOOD,
    /** Works, and might not for long, or not well. */
    NOTABLE,
    /** Keeps Tanada from working. */
    BAD
  }

  /** As it should be. */
  public static Finding good(String subject, String fact) {
    return new Finding(subject, Grade.GOOD, fact, "");
  }

  /** Works, with something to know. */
  public static Finding notable(String subject, String fact, String advice) {
    return new Finding(subject, Grade.NOTABLE, fact, advice);
  }

  /** Keeps Tanada from working. */
  public static Finding bad(String subject, String fact, String advice) {
    return new Finding(subject, Grade.BAD, fact, advice);
  }
}
