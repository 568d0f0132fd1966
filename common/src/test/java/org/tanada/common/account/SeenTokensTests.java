package org.tanada.common.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SeenTokensTests {
  private final SeenTokens<Integer> seen = new SeenTokens<>(10);

  @Test
  void neverHoldsMoreThanTwoGenerations() {
    for (int i = 0; i < 1_000; i++) {
      seen.put(digest(i), i);
      assertThat(seen.size()).isLessThanOrEqualTo(20);
    }

    assertThat(seen.find(digest(999))).isEqualTo(999);
    assertThat(seen.find(digest(1))).isNull();
  }

  @Test
  void whatIsUsedIsKept() {
    seen.put(digest(-1), -1);
    for (int i = 0; i < 1_000; i++) {
      seen.put(digest(i), i);
      if (i % 5 == 0) {
        assertThat(seen.find(digest(-1))).isEqualTo(-1);
      }
    }
  }

  private static ByteBuffer digest(int number) {
    return SeenTokens.digest("token " + number);
  }
}
