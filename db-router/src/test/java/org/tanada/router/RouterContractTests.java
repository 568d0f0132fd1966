package org.tanada.router;

import org.junit.jupiter.api.Tag;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.testing.RowsContractTests;

/** The router keeps the contract over HTTP and on real databases. */
@Tag("servers")
final class RouterContractTests extends RowsContractTests {
  @Override
  protected RowsContract rows() {
    return Router.get().rows;
  }
}
