package org.tanada.router;

import static com.mysql.cj.protocol.ServerSessionStateController.SESSION_TRACK_GTIDS;
import static com.mysql.cj.protocol.ServerSessionStateController.SESSION_TRACK_SCHEMA;
import static com.mysql.cj.protocol.ServerSessionStateController.SESSION_TRACK_SYSTEM_VARIABLES;
import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.tanada.router.topology.Dialect;

/** Positions of both dialects. */
final class DialectTests {
  private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private final Dialect mariaDb = Dialect.of("10.11.19-MariaDB-0+deb12u1-log");
  private final Dialect mySql = Dialect.of("9.7.4");

  @Test
  void mariaDbCoversByTheSequenceOfTheDomain() {
    assertThat(mariaDb.covers("1-7-100,2-1-5", "1-3-100")).isTrue();
    assertThat(mariaDb.covers("1-7-99,2-1-500", "1-3-100")).isFalse();
    assertThat(mariaDb.covers("", "1-3-100")).isFalse();
    assertThat(mariaDb.later("1-1-9", "1-2-10")).isEqualTo("1-2-10");
    assertThat(mariaDb.later("1-1-11", "1-2-10")).isEqualTo("1-1-11");
    assertThat(mariaDb.isPosition("1-1-1; DROP")).isFalse();
  }

  @Test
  void mySqlCoversByTheIntervalsOfTheSource() {
    String other = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";
    String applied = other + ":1-9," + UUID + ":1-5:7:10-12";

    assertThat(mySql.covers(applied, UUID + ":5")).isTrue();
    assertThat(mySql.covers(applied, UUID + ":6")).isFalse();
    assertThat(mySql.covers(applied, UUID + ":7")).isTrue();
    assertThat(mySql.covers(applied, UUID + ":11")).isTrue();
    assertThat(mySql.covers(applied, UUID + ":13")).isFalse();
    assertThat(mySql.later(UUID + ":5", UUID + ":12")).isEqualTo(UUID + ":12");
    assertThat(mySql.later(UUID + ":12", UUID + ":5")).isEqualTo(UUID + ":12");
    assertThat(mySql.later(UUID + ":12", other + ":5")).isEqualTo(other + ":5");
    assertThat(mySql.isPosition(UUID + ":1")).isTrue();
    assertThat(mySql.isPosition("1-1-1")).isFalse();
  }

  @Test
  void mariaDbHistoriesAreComparedServerByServer() {
    // what one server wrote, another went on with
    assertThat(mariaDb.contains("1-1-90,1-2-100|1-1-90", "1-1-90|")).isTrue();
    assertThat(mariaDb.contains("1-1-90,1-2-100|1-1-90", "1-1-95|")).isFalse();
    assertThat(mariaDb.contains("1-1-100|", "1-1-99,1-2-100|1-1-99")).isFalse();
    // a copy knows of no server that wrote before it began
    assertThat(mariaDb.contains("1-3-120|1-1-100", "1-2-90,1-1-100|")).isTrue();
    assertThat(mariaDb.contains("1-3-120|1-1-100", "1-2-101,1-1-100|")).isFalse();
    assertThat(mariaDb.contains("|", "|")).isTrue();
    assertThat(mariaDb.brief("1-1-90,1-2-100|1-1-90")).isEqualTo("1-2-100");
  }

  @Test
  void mySqlHistoriesAreComparedByIntervals() {
    String other = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";
    String history = UUID + ":1-9," + other + ":1-3:5";

    assertThat(mySql.contains(history, UUID + ":1-9")).isTrue();
    assertThat(mySql.contains(history, other + ":1-2:5," + UUID + ":4")).isTrue();
    assertThat(mySql.contains(history, other + ":1-5")).isFalse();
    assertThat(mySql.contains(UUID + ":1-9", history)).isFalse();
    assertThat(mySql.contains("", "")).isTrue();
    assertThat(mySql.brief(history)).isEqualTo("3e11fa47…:9 aaaaaaaa…:5");
  }

  @Test
  void numbersThatNoServerReachesAreNoPositions() {
    String most = String.valueOf(Long.MAX_VALUE);
    assertThat(mySql.isPosition(UUID + ":9" + most.substring(1))).isFalse(); // beyond a long
    assertThat(mariaDb.isPosition("1-1-9" + most.substring(1))).isFalse();
    assertThat(mySql.isPosition(UUID + ":" + most.substring(1))).isTrue();
    assertThat(mariaDb.isPosition("1-1-" + most.substring(1))).isTrue();
  }

  @Test
  void mySqlReportsThePositionOfEachCommitAndCutsNoHistoryOff() {
    assertThat(mySql.sessionVariables().split(","))
        .contains("session_track_gtids=OWN_GTID", "group_concat_max_len=1048576");
  }

  @Test
  void mariaDbReportsThePositionOfEachCommit() {
    // autocommit beside it: the driver follows it, and naming one variable drops the default list
    assertThat(mariaDb.sessionVariables())
        .isEqualTo("session_track_system_variables='autocommit,last_gtid'");
  }

  @Test
  void mySqlPositionIsTheGtidAmongWhatTheServerReports() {
    SessionStateChange schema = change(SESSION_TRACK_SCHEMA, "tanada_00");
    SessionStateChange gtid = change(SESSION_TRACK_GTIDS, UUID + ":7");

    assertThat(mySql.position(List.of(schema, gtid))).isEqualTo(UUID + ":7");
    assertThat(mySql.position(List.of(schema))).isNull();
    assertThat(mySql.position(List.of(change(SESSION_TRACK_GTIDS)))).isNull();
    assertThat(mySql.position(List.of(change(SESSION_TRACK_GTIDS, UUID + ":tag:7")))).isNull();
  }

  @Test
  void mariaDbPositionIsTheLastGtidAmongWhatTheServerReports() {
    SessionStateChange other = change(SESSION_TRACK_SYSTEM_VARIABLES, "autocommit", "ON");
    SessionStateChange gtid = change(SESSION_TRACK_SYSTEM_VARIABLES, "last_gtid", "1-1-7");

    assertThat(mariaDb.position(List.of(other, gtid))).isEqualTo("1-1-7");
    assertThat(mariaDb.position(List.of(other))).isNull();
    // a transaction that wrote nothing
    assertThat(mariaDb.position(List.of(change(SESSION_TRACK_SYSTEM_VARIABLES, "last_gtid", ""))))
        .isNull();
  }

  @Test
  void mySqlNumbersOfATagAreNotThoseOfTheSource() {
    String applied = UUID + ":1-5:restored:1-100,aaaaaaaa-71ca-11e1-9e33-c80aa9429562:1-9";

    assertThat(mySql.covers(applied, UUID + ":5")).isTrue();
    assertThat(mySql.covers(applied, UUID + ":6")).isFalse();
    assertThat(mySql.covers(UUID + ":restored:1-100", UUID + ":5")).isFalse();
    assertThat(mySql.covers(UUID + ":restored:1-9, " + UUID + ":1-5", UUID + ":5")).isTrue();
    assertThat(mySql.isPosition(UUID + ":restored:5")).isFalse();
  }

  @Test
  void mySqlCoversNothingBeforeAnythingIsApplied() {
    assertThat(mySql.covers("", UUID + ":1")).isFalse();
    assertThat(mySql.covers(UUID.toUpperCase(Locale.ROOT) + ":1", UUID + ":1")).isTrue();
  }

  @Test
  void mySqlIsNotAskedToWaitForNoTime() throws SQLException {
    Connection unused =
        (Connection)
            Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                  throw new AssertionError("the server would wait for ever");
                });

    assertThat(mySql.await(unused, UUID + ":1", Duration.ZERO)).isFalse();
    assertThat(mySql.await(unused, UUID + ":1", Duration.ofNanos(999_999))).isFalse();
  }

  @Test
  void mySqlNewestPositionIsTheLastOfTheServersOwnUntagged() {
    String other = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";

    assertThat(mySql.newestPosition(UUID, UUID + ":1-5:7-12:restored:1-3,\n" + other + ":1-99"))
        .isEqualTo(UUID + ":12");
    assertThat(mySql.newestPosition(UUID, UUID + ":1")).isEqualTo(UUID + ":1");
  }

  @Test
  void mySqlPrimaryThatBeganWithACopyIsFollowedFromItsFirstWriteOn() {
    String copied = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562:1-5000";

    String position = mySql.newestPosition(UUID, copied);

    assertThat(mySql.covers(copied, position)).isFalse();
    assertThat(mySql.covers(copied + "," + UUID + ":1", position)).isTrue();
    assertThat(mySql.later(position, UUID + ":2")).isEqualTo(UUID + ":2");
  }

  @Test
  void mariaDbNewestPositionIsThatOfTheServersOwnDomain() {
    assertThat(mariaDb.newestPosition("1", "1-1-9")).isEqualTo("1-1-9");
    assertThat(mariaDb.newestPosition("2", "1-1-9,2-1-5")).isEqualTo("2-1-5");
    assertThat(mariaDb.newestPosition("1", "")).isNull();
  }

  private static SessionStateChange change(int type, String... values) {
    SessionStateChange change = new SessionStateChange(type);
    for (String value : values) {
      change.addValue(value);
    }
    return change;
  }
}
