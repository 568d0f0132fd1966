package org.tanada.auth;

import java.time.Duration;
import java.time.InstantSource;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.testing.AccountsContractTests;

/** auth-service keeps the contract over HTTP. */
class AuthContractTests extends AccountsContractTests {
  private final AuthPlatform platform = AuthPlatform.shared();

  @Override
  protected AccountsContract accounts() {
    return platform.accounts();
  }

  @Override
  protected InstantSource clock() {
    return platform.clock();
  }

  @Override
  protected void later() {
    platform.advance(Duration.ofMillis(10));
  }
}
