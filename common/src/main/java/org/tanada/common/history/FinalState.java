package org.tanada.common.history;

import java.util.Map;

/**
 * What the primaries say when all clients have ended and all effects have arrived.
 *
 * @param registers by row id
 * @param balances of the accounts, by row id
 */
public record FinalState(Map<Long, Operation.Seen> registers, Map<Long, Long> balances) {
  public FinalState {
    registers = Map.copyOf(registers);
    balances = Map.copyOf(balances);
  }
}
