package org.tanada.common.history;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.Row;
import org.tanada.common.row.Write;

/**
 * The rows that a load works on. They are rows of the shop's table of videos: a register's value is
 * its title, an account's balance its price.
 *
 * @param owners each in a shard of its own, if there are enough
 */
record Layout(List<Owner> owners) {
  static final String TABLE = "videos";
  static final String VALUE = "title";
  static final String BALANCE = "price_minor";

  Layout {
    owners = List.copyOf(owners);
  }

  /**
   * One owner's rows.
   *
   * @param id owner's; no row, since rows need none
   * @param registers written one by one
   * @param pair two registers that are only written together
   * @param account written by increments alone
   */
  record Owner(long id, List<Long> registers, List<Long> pair, long account) {
    Owner {
      registers = List.copyOf(registers);
      pair = List.copyOf(pair);
    }

    List<Long> rows() {
      List<Long> rows = new ArrayList<>(registers);
      rows.addAll(pair);
      rows.add(account);
      return rows;
    }

    List<Write> inserts() {
      return rows().stream()
          .map(id ->
              new Write(
                  Write.Operation.INSERT,
                  TABLE,
                  id,
                  null,
                  Map.of(VALUE, RegisterCheck.FIRST, BALANCE, 0L, "state", "drill"),
                  Map.of()))
          .toList();
    }

    List<Write> deletions() {
      return rows().stream()
          .map(id -> new Write(Write.Operation.DELETE, TABLE, id, null, Map.of(), Map.of()))
          .toList();
    }
  }

  static Layout of(List<Integer> shards, int registers, RandomGenerator random) {
    IdGenerator ids = new IdGenerator(InstantSource.system(), random);
    return new Layout(
        shards.stream()
            .map(shard -> {
              List<Long> rows = new ArrayList<>();
              for (int i = 0; i < registers; i++) {
                rows.add(ids.next(shard));
              }
              return new Owner(
                  ids.next(shard),
                  rows,
                  List.of(ids.next(shard), ids.next(shard)),
                  ids.next(shard));
            })
            .toList());
  }

  static long balance(Row row) {
    if (row.values().get(BALANCE) instanceof Number balance) {
      return balance.longValue();
    }
    throw new IllegalStateException("row " + row.id() + " has no " + BALANCE);
  }

  static Operation.Seen seen(Row row) {
    return new Operation.Seen(row.version(), String.valueOf(row.values().get(VALUE)));
  }
}
