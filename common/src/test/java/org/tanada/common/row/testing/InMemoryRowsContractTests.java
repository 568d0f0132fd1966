package org.tanada.common.row.testing;

import org.tanada.common.row.RowsContract;

/** The fake keeps the contract. */
class InMemoryRowsContractTests extends RowsContractTests {
  private final InMemoryRows rows =
      new InMemoryRows().unique("orders", "user_id_video_id", "user_id", "video_id");

  @Override
  protected RowsContract rows() {
    return rows;
  }
}
