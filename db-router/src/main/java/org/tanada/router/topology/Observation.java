package org.tanada.router.topology;

/**
 * What was last seen of a database.
 *
 * @param reachable it answered
 * @param writable it takes writes: it is its cluster's primary
 * @param replicating it follows a primary, without error and close enough to be read
 * @param applied what it is known to have applied at least; empty if nothing
 * @param remark why it is not fit, for the operator; empty if it is
 */
public record Observation(
    boolean reachable, boolean writable, boolean replicating, String applied, String remark) {
  /** Before the first observation. */
  static final Observation NONE = unreachable("not seen yet");

  static Observation unreachable(String why) {
    return new Observation(false, false, false, "", why);
  }

  /** In one word and a reason, for logs. */
  String summary() {
    String role =
        !reachable ? "unreachable" : writable ? "primary" : replicating ? "replica" : "unfit";
    return remark.isEmpty() ? role : role + " (" + remark + ")";
  }
}
