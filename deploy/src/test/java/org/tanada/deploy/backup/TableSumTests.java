package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TableSumTests {
  private static final TableSum TWO = new TableSum(2, 77, "1234");

  @Test
  void sameTablesDoNotDiffer() {
    assertThat(TableSum.difference(Map.of("tanada_00.a", TWO), Map.of("tanada_00.a", TWO)))
        .isEmpty();
  }

  @Test
  void lostRowsChangedRowsAndLostTablesAreNamed() {
    Map<String, TableSum> recorded = Map.of("tanada_00.a", TWO);

    assertThat(TableSum.difference(recorded, Map.of("tanada_00.a", new TableSum(1, 7, "1200"))))
        .isEqualTo("tanada_00.a has 1 rows of sum 1200, recorded were 2 rows of sum 1234");
    assertThat(TableSum.difference(recorded, Map.of("tanada_00.a", new TableSum(2, 78, "1234"))))
        .contains("tanada_00.a");
    assertThat(TableSum.difference(recorded, Map.of())).contains("is not there");
    assertThat(TableSum.difference(Map.of(), recorded)).contains("recorded were no rows");
  }
}
