package org.tanada.router.topology;

/**
 * What was last seen of a database.
 *
 * @param reachable it answered
 * @param writable it takes writes: it is its cluster's primary
 * @param replicating it follows a primary, without error and close enough to be read
 * @param applied what it is known to have applied at least; empty if nothing
 * @param remark why it is not fit, for the operator; empty if it is
 * @param lagSeconds how far it is behind its primary; negative if that is not known
 * @param lineage which promotions and transactions it knows
 */
public record Observation(
    boolean reachable,
    boolean writable,
    boolean replicating,
    String applied,
    String remark,
    long lagSeconds,
    Lineage lineage) {
  /** Before the first observation. */
  static final Observation NONE = unreachable("not seen yet");

  Observation(
      boolean reachable, boolean writable, boolean replicating, String applied, String remark) {
    this(reachable, writable, replicating, applied, remark, -1, Lineage.NONE);
  }

  Observation with(Lineage seen) {
    return new Observation(reachable, writable, replicating, applied, remark, lagSeconds, seen);
  }

  /** The same of a replica that nobody should read, least of all whoever has seen something. */
  Observation unfit(String why) {
    return new Observation(reachable, writable, false, "", why, lagSeconds, lineage);
  }

  static Observation unreachable(String why) {
    return new Observation(false, false, false, "", why);
  }

  /** In one word. */
  String role() {
    return !reachable ? "unreachable" : writable ? "primary" : replicating ? "replica" : "unfit";
  }

  /** In one word and a reason, for logs. */
  String summary() {
    return remark.isEmpty() ? role() : role() + " (" + remark + ")";
  }
}
