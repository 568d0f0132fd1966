package org.tanada.deploy.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ScaleDrillTests {
  @Test
  void evenWorkIsFine() {
    assertThat(ScaleDrill.uneven(2, Map.of("app-1", 1000L, "app-2", 1100L))).isEmpty();
  }

  @Test
  void aServerWithTooMuchIsFound() {
    assertThat(ScaleDrill.uneven(2, Map.of("app-1", 1000L, "app-2", 1400L)))
        .hasSize(2)
        .first()
        .asString()
        .contains("even would be 1200");
  }

  @Test
  void aServerThatGotNothingIsFound() {
    assertThat(ScaleDrill.uneven(3, Map.of("app-1", 1000L, "app-2", 1000L)))
        .singleElement()
        .asString()
        .contains("instead of 3");
  }
}
