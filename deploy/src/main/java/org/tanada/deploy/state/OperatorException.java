package org.tanada.deploy.state;

/** A failure that the operator can do something about; the message is one line that says what. */
public final class OperatorException extends RuntimeException {
  /** Says what went wrong and what to do. */
  public OperatorException(String message) {
    super(message);
  }

  /** The same, with the cause for {@code TANADA_DEBUG}. */
  public OperatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
