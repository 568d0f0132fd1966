package org.tanada.auth.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowsContract;

class SpentBudgetsTests {
  /** One that has just started does not even know yet how many shards there are. */
  @Test
  void aServerThatHasNeverReachedARouterKeepsNobodyOut() {
    RowsContract nowhere =
        (RowsContract)
            Proxy.newProxyInstance(
                RowsContract.class.getClassLoader(),
                new Class<?>[] {RowsContract.class},
                (proxy, method, arguments) -> {
                  throw new ProblemException(ProblemCode.UNAVAILABLE, "No router answers.");
                });
    SecureRandom random = new SecureRandom();
    SpentBudgets spent =
        new SpentBudgets(
            new AccountRows(nowhere, InstantSource.system(), random),
            InstantSource.system(),
            random);

    assertThat(
            spent.earnedAt(
                List.of(
                    new SpentBudgets.Key("account", "somebody"),
                    new SpentBudgets.Key("network", "192.0.2.0/24"))))
        .containsExactly(null, null);
  }
}
