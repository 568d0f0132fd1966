package org.tanada.common.timing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerTimingTests {
  @Test
  void entriesStandInTheOrderOfTheTiers() {
    ServerTiming timing = new ServerTiming();
    timing.addAnswer("db;dur=1.50;desc=\"router-1 shard 12\"");
    timing.addAnswer("auth;dur=2;desc=\"auth-1\"");

    assertThat(timing.header("app", "app-2", 5))
        .isEqualTo(
            "app;dur=5.00;desc=\"app-2\", auth;dur=2.00;desc=\"auth-1\","
                + " db;dur=1.50;desc=\"router-1 shard 12\"");
  }

  @Test
  void callsToOneTierAreAddedUp() {
    ServerTiming timing = new ServerTiming();
    timing.addAnswer("db;dur=1;desc=\"router-1\"");
    timing.addAnswer("db;dur=2;desc=\"router-2\"");
    timing.addAnswer("db;dur=3;desc=\"router-1\"");

    assertThat(timing.header("app", "app-1", 9))
        .contains("db;dur=6.00;desc=\"router-1 + router-2\"");
  }

  @Test
  void commasAndSemicolonsInsideQuotesDoNotSplit() {
    assertThat(ServerTiming.parse("db;dur=1;desc=\"a, b; c\", storage;dur=x, ;dur=1"))
        .containsExactly(
            new ServerTiming.Entry("db", 1, "a, b; c"), new ServerTiming.Entry("storage", 0, ""));
  }

  @Test
  void notesBelongToTheThreadsRequestAndCannotBreakTheHeader() {
    ServerTiming timing = ServerTiming.begin();
    try {
      ServerTiming.note("hit \"x\"\r\nSet-Cookie: a");
      ServerTiming.note("hit \"x\"\r\nSet-Cookie: a");
    } finally {
      ServerTiming.end();
    }
    ServerTiming.note("nobody listens");

    assertThat(timing.header("db", "router-1", 1))
        .isEqualTo("db;dur=1.00;desc=\"router-1 hit xSet-Cookie: a\"");
  }
}
