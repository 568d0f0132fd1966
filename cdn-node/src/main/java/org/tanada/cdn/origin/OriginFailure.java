package org.tanada.cdn.origin;

/**
 * Why there is no answer, or only a part of one.
 *
 * @param kind what happened
 * @param detail for a person
 */
public record OriginFailure(Kind kind, String detail) {
  /** The kinds of failure. */
  public enum Kind {
    /** No node, no connection, or the connection was lost before the head. */
    UNREACHABLE,
    /** Connected, but too slow. */
    TIMEOUT,
    /** Too many requests are open already. */
    OVERLOADED,
    /** The answer is not HTTP as it should be. */
    MALFORMED,
    /** The body broke off. */
    TRUNCATED
  }
}
