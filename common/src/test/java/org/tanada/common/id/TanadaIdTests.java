package org.tanada.common.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TanadaIdTests {
  private static final long NOW = TanadaId.EPOCH_MILLIS + 28_000_000_000L;

  @Test
  void idNamesItsShardAndTime() {
    long id = TanadaId.of(NOW, 1023, 4095);

    assertThat(TanadaId.shard(id)).isEqualTo(1023);
    assertThat(TanadaId.time(id)).isEqualTo(Instant.ofEpochMilli(NOW));
    assertThat(TanadaId.parse(Long.toString(id))).isEqualTo(id);
  }

  @Test
  void largestIdIsPositive() {
    long id = TanadaId.of(TanadaId.EPOCH_MILLIS + (1L << 41) - 1, 1023, 4095);

    assertThat(id).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void partsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> TanadaId.of(NOW, 1024, 0)).hasMessageContaining("shard");
    assertThatThrownBy(() -> TanadaId.of(NOW, 0, 4096)).hasMessageContaining("sequence");
    assertThatThrownBy(() -> TanadaId.of(TanadaId.EPOCH_MILLIS - 1, 0, 0))
        .hasMessageContaining("time");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "+1",
        "01",
        " 1",
        "1 ",
        "1.0",
        "abc",
        "9223372036854775808",
        "18446744073709551617",
        "99999999999999999999",
        "１２",
        "0x10"
      })
  void whatIsNoCanonicalNumberIsNoId(String text) {
    assertThat(TanadaId.parse(text)).isEqualTo(-1);
  }

  @Test
  void generatorNeverRepeatsAndNeverGoesBackWithTheClock() {
    AtomicLong clock = new AtomicLong(NOW);
    IdGenerator ids = new IdGenerator(() -> Instant.ofEpochMilli(clock.get()), new Random(1));
    Set<Long> seen = new HashSet<>();
    Instant last = Instant.EPOCH;

    for (int i = 0; i < 20_000; i++) { // far more than one millisecond holds
      if (i == 10_000) {
        clock.addAndGet(-60_000);
      }
      long id = ids.next(7);
      assertThat(seen.add(id)).isTrue();
      assertThat(TanadaId.shard(id)).isEqualTo(7);
      assertThat(TanadaId.time(id)).isAfterOrEqualTo(last);
      last = TanadaId.time(id);
    }
  }

  @Test
  void newUsersSpreadOverAllShardsAndTheirRowsStayBeside() {
    IdGenerator ids = new IdGenerator(() -> Instant.ofEpochMilli(NOW), new Random(1));
    int[] counts = new int[64];

    for (int i = 0; i < 6_400; i++) {
      long id = ids.nextAnywhere(64);
      counts[TanadaId.shard(id)]++;
      assertThat(TanadaId.shard(ids.nextBeside(id))).isEqualTo(TanadaId.shard(id));
    }

    assertThat(Arrays.stream(counts).boxed().toList())
        .allSatisfy(count -> assertThat(count).isBetween(50, 150));
  }
}
