package org.tanada.common.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.common.history.Attempts.RefusedException;
import org.tanada.common.history.Attempts.UnansweredException;
import org.tanada.common.history.Operation.Outcome;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * One client. Registers are written for a while and then left alone for a while, so that something
 * old in a cache is not soon covered by the next write.
 */
final class LoadClient implements Runnable {
  private static final long WARM_NANOS = 2_000_000_000;
  private static final int LOST_ANSWERS = 20;
  private static final String KIND = "drill";

  private final int number;
  private final boolean keepsTokens;
  private final RowLoad load;
  private final Random random;
  private final Attempts attempts;
  private final long began = System.nanoTime();
  private final Map<Long, Long> known = new HashMap<>();
  private final Map<Integer, Long> wroteAt = new HashMap<>();
  private @Nullable String token;
  private int turn;
  private volatile boolean stopped;

  LoadClient(int number, boolean keepsTokens, RowLoad load, long seed) {
    this.number = number;
    this.keepsTokens = keepsTokens;
    this.load = load;
    this.random = new Random(seed);
    this.attempts = load.attempts(random, load.settings().patience());
  }

  void stop() {
    stopped = true;
  }

  @Override
  public void run() {
    while (!stopped) {
      turn++;
      Layout.Owner owner = any(load.layout().owners());
      int choice = random.nextInt(100);
      if (choice < 40) {
        read(random.nextInt(4) == 0 ? several() : List.of(any(owner.registers())), mode());
      } else if (choice < 65) {
        write(owner, List.of(warm(owner)), null);
      } else if (choice < 78) {
        writeWhatWasRead(owner, warm(owner));
      } else if (choice < 83) {
        write(owner, owner.pair(), null);
      } else if (choice < 88) {
        read(owner.pair(), Consistency.Mode.PRIMARY);
      } else if (choice < 95) {
        transfer(owner, any(load.layout().owners()));
      } else {
        hold(any(owner.registers()));
      }
      LockSupport.parkNanos(load.settings().pause().toNanos());
    }
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Consistency.Mode mode() {
    int choice = random.nextInt(4);
    return choice < 2
        ? Consistency.Mode.TOKEN
        : choice == 2 ? Consistency.Mode.ANY : Consistency.Mode.PRIMARY;
  }

  /** One of each of some owners' registers: a batch over shards. */
  private List<Long> several() {
    List<Long> registers = new ArrayList<>();
    for (Layout.Owner owner : load.layout().owners()) {
      if (random.nextBoolean()) {
        registers.add(any(owner.registers()));
      }
    }
    return registers.isEmpty() ? List.of(any(any(load.layout().owners()).registers())) : registers;
  }

  private long warm(Layout.Owner owner) {
    long turnOfTime = (System.nanoTime() - began) / WARM_NANOS + random.nextInt(2);
    return owner.registers().get((int) (turnOfTime % owner.registers().size()));
  }

  private Operation.@Nullable Seen read(List<Long> registers, Consistency.Mode wanted) {
    Consistency.Mode mode =
        wanted == Consistency.Mode.TOKEN && token == null ? Consistency.Mode.ANY : wanted;
    // several of the primary come from several statements: only a pair is read as a whole
    if (mode == Consistency.Mode.PRIMARY && registers.size() > 1 && !isPair(registers)) {
      mode = Consistency.Mode.ANY;
    }
    List<RowKey> keys = registers.stream().map(id -> new RowKey(Layout.TABLE, id)).toList();
    Consistency consistency =
        switch (mode) {
          case ANY -> Consistency.ANY;
          case PRIMARY -> Consistency.PRIMARY;
          case TOKEN -> Consistency.of(token);
        };
    long invoked = System.nanoTime();
    try {
      List<@Nullable Row> rows = attempts.read(keys, consistency);
      List<Operation.@Nullable Seen> seen = new ArrayList<>();
      rows.forEach(row -> seen.add(row == null ? null : Layout.seen(row)));
      load.history()
          .add(
              new Operation.Read(
                  number,
                  mode,
                  registers,
                  seen,
                  registers.stream().map(id -> known.getOrDefault(id, 0L)).toList(),
                  registers.stream()
                      .map(id -> wroteAt.getOrDefault(TanadaId.shard(id), Long.MIN_VALUE))
                      .toList(),
                  invoked,
                  System.nanoTime()));
      return seen.getFirst();
    } catch (UnansweredException e) {
      load.history().count("reads unanswered");
      return null;
    }
  }

  private boolean isPair(List<Long> registers) {
    return load.layout().owners().stream().anyMatch(owner -> owner.pair().equals(registers));
  }

  private void writeWhatWasRead(Layout.Owner owner, long register) {
    Operation.Seen seen = read(List.of(register), mode());
    if (seen != null) {
      write(owner, List.of(register), seen.version());
    }
  }

  private void write(Layout.Owner owner, List<Long> registers, @Nullable Long version) {
    String value = "c" + number + "-" + turn;
    List<Write> writes =
        registers.stream()
            .map(id ->
                new Write(
                    Write.Operation.UPDATE,
                    Layout.TABLE,
                    id,
                    version,
                    Map.of(Layout.VALUE, value),
                    Map.of()))
            .toList();
    long invoked = System.nanoTime();
    Map<Long, Long> versions = new HashMap<>();
    Outcome outcome = commit(owner, writes, List.of(), versions);
    if (outcome == Outcome.DONE) {
      known.putAll(versions);
      wroteAt.put(TanadaId.shard(owner.id()), invoked);
    }
    load.history()
        .add(
            new Operation.Write(
                number, versions, registers, value, outcome, invoked, System.nanoTime()));
  }

  private void transfer(Layout.Owner from, Layout.Owner to) {
    long amount = random.nextLong(1, 10);
    if (from.equals(to)) {
      return;
    }
    long invoked = System.nanoTime();
    Outcome outcome =
        commit(
            from,
            List.of(add(from.account(), -amount)),
            List.of(new Transaction.Effect(to.id(), List.of(add(to.account(), amount)))),
            new HashMap<>());
    if (outcome == Outcome.DONE) {
      wroteAt.put(TanadaId.shard(from.id()), invoked);
    }
    load.history()
        .add(
            new Operation.Transfer(
                number, from.account(), to.account(), amount, outcome, invoked, System.nanoTime()));
  }

  private static Write add(long account, long amount) {
    return new Write(
        Write.Operation.UPDATE,
        Layout.TABLE,
        account,
        null,
        Map.of(),
        Map.of(Layout.BALANCE, amount));
  }

  /** Commits, now and then as one who has lost the first answer and asks again. */
  private Outcome commit(
      Layout.Owner owner,
      List<Write> writes,
      List<Transaction.Effect> effects,
      Map<Long, Long> versions) {
    String key = "c" + number + "-" + turn + "-" + load.settings().seed();
    try {
      Transaction.Committed committed = attempts.commit(owner.id(), writes, effects, key, token);
      if (random.nextInt(LOST_ANSWERS) == 0) {
        committed = attempts.commit(owner.id(), writes, effects, key, token);
      }
      token = keepsTokens ? committed.token() : null;
      committed.rows().forEach(row -> versions.put(row.id(), row.version()));
      return Outcome.DONE;
    } catch (RefusedException e) {
      return Outcome.REFUSED;
    } catch (UnansweredException e) {
      load.history().count("writes unanswered");
      return Outcome.UNKNOWN;
    }
  }

  /**
   * Claims a name that others want now too, and gives it up. No row claims a name twice: a release
   * that was thought to be lost might then end the second claim.
   */
  private void hold(long row) {
    String name = "n" + (System.nanoTime() - began) / WARM_NANOS + "-" + load.settings().seed();
    RowsContract.Claim claim = new RowsContract.Claim(KIND, name, Layout.TABLE, row);
    if (!load.claimsFirst(name, row)) {
      return;
    }
    try {
      attempts.ask(router -> {
        router.claim(claim);
        return true;
      });
      long claimed = System.nanoTime();
      read(List.of(row), Consistency.Mode.PRIMARY);
      load.history().add(new Operation.Holding(number, name, row, claimed, System.nanoTime()));
      attempts.ask(router -> {
        router.release(claim);
        return true;
      });
    } catch (RefusedException e) {
      load.history().count("claims refused");
    } catch (UnansweredException e) {
      load.history().count("claims unanswered");
    }
  }
}
