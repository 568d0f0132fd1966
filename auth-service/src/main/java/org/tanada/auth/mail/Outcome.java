package org.tanada.auth.mail;

/** What came of an attempt. */
sealed interface Outcome {
  /** It is done. */
  record Done() implements Outcome {}

  /**
   * Another attempt may succeed.
   *
   * @param reason for the operator
   */
  record Later(String reason) implements Outcome {}

  /**
   * No attempt will ever succeed.
   *
   * @param reason for the operator
   */
  record Refused(String reason) implements Outcome {}
}
