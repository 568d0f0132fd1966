package org.tanada.common.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tanada.common.history.Operation.Holding;
import org.tanada.common.history.Operation.Outcome;
import org.tanada.common.history.Operation.Read;
import org.tanada.common.history.Operation.Transfer;
import org.tanada.common.history.Operation.Write;

/**
 * Decides from what clients saw whether the promises of the data tier were kept:
 *
 * <ul>
 *   <li>no acknowledged write is lost, none is done twice, none that was refused is ever seen;
 *   <li>on the primary path each register is linearizable: versions, which grow by one with each
 *       write, never go back in real time (Herlihy and Wing, "Linearizability", 1990; with a
 *       version in every answer the order need not be searched for);
 *   <li>who reads with a token finds all that it names: their own writes, and what others had been
 *       told of before those (the session guarantees of Terry et al., 1994);
 *   <li>who reads without one finds what was true at most a given time before;
 *   <li>a transaction of several writes is seen whole or not at all;
 *   <li>a unique name never has two holders at a time;
 *   <li>money is neither made nor lost by orders over two owners, and each is done exactly once.
 * </ul>
 */
public final class HistoryChecker {
  private static final int SHOWN = 5;

  private final Duration staleness;

  /**
   * A checker.
   *
   * @param staleness how far behind a read without a token may be
   */
  public HistoryChecker(Duration staleness) {
    this.staleness = staleness;
  }

  /** The promises that were broken, each with some of the evidence; empty if all were kept. */
  public List<String> check(List<Operation> operations, FinalState end) {
    Findings findings = new Findings();
    Map<Long, RegisterCheck> registers = new TreeMap<>();
    end.registers()
        .forEach((id, last) -> registers.put(id, new RegisterCheck(id, last, staleness)));
    for (Operation operation : operations) {
      switch (operation) {
        case Write write -> write.registers().forEach(id -> register(registers, id).add(write));
        case Read read -> {
          for (int i = 0; i < read.registers().size(); i++) {
            register(registers, read.registers().get(i)).add(read, i);
          }
          whole(read, findings);
        }
        case Transfer ignored -> {}
        case Holding ignored -> {}
      }
    }
    registers.values().forEach(register -> register.check(findings));
    balances(operations, end, findings);
    names(operations, findings);
    return findings.lines();
  }

  private RegisterCheck register(Map<Long, RegisterCheck> registers, long id) {
    return registers.computeIfAbsent(id, key -> new RegisterCheck(key, null, staleness));
  }

  /** Registers that are only ever written together are read together from the primary. */
  private static void whole(Read read, Findings findings) {
    if (read.mode() == org.tanada.common.row.Consistency.Mode.PRIMARY
        && read.registers().size() > 1
        && read.seen().stream().distinct().count() > 1) {
      findings.add("a transaction was seen in part", read.registers() + " gave " + read.seen());
    }
  }

  private static void balances(List<Operation> operations, FinalState end, Findings findings) {
    Map<Long, Long> least = new HashMap<>();
    Map<Long, Long> most = new HashMap<>();
    for (Operation operation : operations) {
      if (operation instanceof Transfer transfer && transfer.outcome() != Outcome.REFUSED) {
        move(least, most, transfer.from(), -transfer.amount(), transfer.outcome());
        move(least, most, transfer.to(), transfer.amount(), transfer.outcome());
      }
    }
    end.balances()
        .forEach((account, balance) -> {
          long low = least.getOrDefault(account, 0L);
          long high = most.getOrDefault(account, 0L);
          if (balance < low || balance > high) {
            findings.add(
                "money was made or lost",
                "account " + account + " has " + balance + " instead of " + range(low, high));
          }
        });
    long sum = end.balances().values().stream().mapToLong(Long::longValue).sum();
    if (sum != 0) {
      findings.add("money was made or lost", "all accounts together have " + sum);
    }
  }

  private static void move(
      Map<Long, Long> least, Map<Long, Long> most, long account, long amount, Outcome outcome) {
    boolean known = outcome == Outcome.DONE;
    least.merge(account, known ? amount : Math.min(amount, 0), Long::sum);
    most.merge(account, known ? amount : Math.max(amount, 0), Long::sum);
  }

  static String range(long low, long high) {
    return low == high ? String.valueOf(low) : low + " to " + high;
  }

  private static void names(List<Operation> operations, Findings findings) {
    Map<String, List<Holding>> byName = new HashMap<>();
    for (Operation operation : operations) {
      if (operation instanceof Holding holding) {
        byName.computeIfAbsent(holding.name(), name -> new ArrayList<>()).add(holding);
      }
    }
    byName
        .values()
        .forEach(holdings -> {
          holdings.sort(Comparator.comparingLong(Holding::invoked));
          for (int i = 1; i < holdings.size(); i++) {
            Holding before = holdings.get(i - 1);
            Holding holding = holdings.get(i);
            if (holding.invoked() < before.completed() && holding.row() != before.row()) {
              findings.add("a name had two holders", before + " and " + holding);
            }
          }
        });
  }

  /** Broken promises with their evidence. */
  static final class Findings {
    private final Map<String, List<String>> evidence = new TreeMap<>();

    void add(String promise, String what) {
      evidence.computeIfAbsent(promise, key -> new ArrayList<>()).add(what);
    }

    List<String> lines() {
      List<String> lines = new ArrayList<>();
      evidence.forEach((promise, all) ->
          lines.add(
              promise
                  + ", "
                  + all.size()
                  + (all.size() == 1 ? " time: " : " times: ")
                  + String.join(" | ", all.subList(0, Math.min(SHOWN, all.size())))));
      return lines;
    }
  }
}
