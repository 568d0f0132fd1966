package org.tanada.deploy.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ShipHistoryTests {
  private final ShipHistory first = ShipHistory.NOTHING.begin(Map.of("a", "1", "b", "1")).end();
  private final ShipHistory second = first.begin(Map.of("a", "2", "b", "2")).end();

  @Test
  void theReleaseBeforeTheLastIsTheWayBack() {
    assertThat(second.back().orElseThrow().pending()).containsEntry("a", "1");
    assertThat(second.back().orElseThrow().end()).isEqualTo(first);
    assertThat(first.back()).isEmpty();
    assertThat(ShipHistory.NOTHING.back()).isEmpty();
  }

  @Test
  void aFailedShipGoesBackToTheLastThatWasComplete() {
    ShipHistory failed = second.begin(Map.of("a", "3", "b", "3"));

    assertThat(failed.back().orElseThrow().pending()).containsEntry("b", "2");
    assertThat(failed.back().orElseThrow().end()).isEqualTo(second);
  }

  @Test
  void theOtherBoardsKeepTheirReleaseWhenOneIsChanged() {
    ShipHistory one = second.begin(Map.of("b", "3")).end();

    assertThat(one.complete().getLast()).isEqualTo(Map.of("a", "2", "b", "3"));
    assertThat(one.kept("b")).containsExactlyInAnyOrder("1", "2", "3");
  }

  @Test
  void threeAreKept() {
    ShipHistory many = second;
    for (int i = 3; i < 9; i++) {
      many = many.begin(Map.of("a", Integer.toString(i))).end();
    }

    assertThat(many.kept("a")).containsExactlyInAnyOrder("6", "7", "8");
  }
}
