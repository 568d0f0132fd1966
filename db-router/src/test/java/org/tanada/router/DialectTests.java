package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

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
}
