package org.tanada.common.history;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** All operations of a run, in no particular order; clients add to it at the same time. */
public final class History {
  private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** Adds an operation that is over. */
  public void add(Operation operation) {
    operations.add(operation);
    count(operation.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT) + "s");
  }

  /** Counts something that is no operation, such as a request that had to be repeated. */
  public void count(String what) {
    counts.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  /** What there is so far. */
  public List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** How many of what there were, for people. */
  public String figures() {
    StringBuilder text = new StringBuilder();
    new java.util.TreeMap<>(counts)
        .forEach((what, count) ->
            text.append(text.isEmpty() ? "" : ", ").append(count.sum()).append(' ').append(what));
    return text.toString();
  }
}
