package org.tanada.deploy.database;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.state.OperatorException;

/**
 * What a database of a cluster says of itself.
 *
 * @param name of the node
 * @param writable whether it takes writes
 * @param acknowledged whether its commits wait for a replica's receipt
 * @param term the newest promotion that it knows; 0 before the first one
 * @param leader who was promoted then; empty before the first promotion
 * @param gtids what it has
 */
record Member(
    String name, boolean writable, boolean acknowledged, long term, String leader, Gtids gtids) {
  private static final int SECONDS = 3;

  /** The table of promotions is not there before the first one. */
  private static final String ASK =
      """
      SET @t = (SELECT COUNT(*) FROM information_schema.tables
        WHERE table_schema = 'tanada_cluster' AND table_name = 'term');
      SELECT CONCAT_WS('|', @@global.read_only, @@global.rpl_semi_sync_master_enabled,
        @@global.gtid_binlog_state, @@global.gtid_slave_pos);
      EXECUTE IMMEDIATE IF(@t,
        'SELECT CONCAT(term, "|", node) FROM tanada_cluster.term ORDER BY term DESC LIMIT 1',
        'DO 0');
      """;

  /**
   * Asks a node.
   *
   * @throws OperatorException if it does not answer
   */
  static Member of(Access access) throws IOException {
    List<String> answer = new Sql(access, SECONDS).run(ASK);
    String[] state = answer.getFirst().split("\\|", -1);
    String[] newest = answer.size() < 2 ? new String[] {"0", ""} : answer.get(1).split("\\|", -1);
    return new Member(
        access.name(),
        state[0].equals("0"),
        state[1].equals("1"),
        Long.parseLong(newest[0]),
        newest[1],
        Gtids.of(state[2], state[3]));
  }

  /** The same; empty if it does not answer. */
  static Optional<Member> find(Access access) throws IOException {
    try {
      return Optional.of(of(access));
    } catch (OperatorException e) {
      return Optional.empty(); // it is down, or not there yet: that is an answer, too
    }
  }
}
