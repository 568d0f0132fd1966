package org.tanada.app.testing;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.testing.AccountsContractTests;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.testing.InMemoryRows;

/** The fake keeps the contract. */
class FakeAccountsContractTests extends AccountsContractTests {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final FakeAccounts accounts =
      new FakeAccounts(
          new InMemoryRows(), new IdGenerator(clock(), new SecureRandom()), clock(), new Crashes());

  @Override
  protected AccountsContract accounts() {
    return accounts;
  }

  @Override
  protected InstantSource clock() {
    return now::get;
  }

  @Override
  protected void later() {
    now.updateAndGet(old -> old.plusMillis(10));
  }
}
