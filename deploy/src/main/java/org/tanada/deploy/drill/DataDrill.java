package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.tanada.common.history.FinalState;
import org.tanada.common.history.HistoryChecker;
import org.tanada.common.history.RowLoad;
import org.tanada.common.row.ShardsContract.Copy;

/**
 * Clients read, write, order and claim through the routers and keep a history, while a nemesis
 * breaks the data tier; a checker then decides from the history whether every promise was kept. In
 * rounds, each with rows of its own, so that a long run needs no more memory than a short one.
 */
final class DataDrill implements Drill {
  private static final int CLIENTS = 8;
  private static final int WITH_TOKENS = 6;
  private static final int SHARDS = 6;
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration READY = Duration.ofMinutes(3);

  /**
   * Effects may have to wait for locks of a session whose network was cut: 45 s, and then again.
   */
  private static final Duration SETTLE = Duration.ofMinutes(3);

  /**
   * How old a read without a token may be: the life of a cached row, and a replica's greatest lag
   * with the time that passes until it is noticed.
   */
  private static final Duration STALENESS = Duration.ofSeconds(70);

  @Override
  public String name() {
    return "data";
  }

  @Override
  public String description() {
    return "kills, hangs and cuts off databases and caches, kills and hangs routers, promotes replicas and moves shards under a load whose history is checked: nothing acknowledged is lost, done twice or unseen by whom it was told";
  }

  @Override
  public Verdict run(Installation installation, Settings settings, Consumer<String> progress) {
    Random random = new Random(settings.seed());
    List<String> broken = new ArrayList<>();
    List<String> figures = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(settings.minutes());
    BooleanSupplier timeIsUp = () -> settings.minutes() > 0 && System.nanoTime() - end > 0;
    int rounds = 0;
    try {
      installation.readyToCut();
      installation.awaitReady(READY);
      List<Integer> shards = shards(installation, random);
      do {
        rounds++;
        Nemesis nemesis = new Nemesis(installation, shards, random.nextLong(), progress);
        RowLoad.Settings load =
            new RowLoad.Settings(random.nextLong(), shards, CLIENTS, WITH_TOKENS, PAUSE, PATIENCE);
        broken.addAll(round(installation, nemesis, timeIsUp, load, figures));
        progress.accept("round " + rounds + ": " + figures.getLast());
      } while (broken.isEmpty() && System.nanoTime() < end);
    } catch (IOException | IllegalStateException e) {
      broken.add("round " + rounds + " could not be ended: " + e.getMessage());
    }
    return new Verdict(name(), broken, figures);
  }

  private static List<String> round(
      Installation installation,
      Nemesis nemesis,
      BooleanSupplier timeIsUp,
      RowLoad.Settings settings,
      List<String> figures)
      throws IOException {
    try (RowLoad load = new RowLoad(settings, installation.data()::routers)) {
      load.start();
      nemesis.round(timeIsUp);
      FinalState state = load.finish(SETTLE);
      figures.add(load.history().figures() + "; " + nemesis.figures());
      List<String> broken = new HistoryChecker(STALENESS).check(load.history().operations(), state);
      if (broken.isEmpty()) {
        load.remove(); // else the rows are evidence
      }
      return broken;
    }
  }

  /** Some shards, of every cluster as many. */
  private static List<Integer> shards(Installation installation, Random random) throws IOException {
    List<Copy> copies =
        new ArrayList<>(
            installation.data().shards().copies().stream()
                .filter(copy -> copy.state().equals("active"))
                .sorted(java.util.Comparator.comparingInt(Copy::shard))
                .toList());
    if (copies.isEmpty()) {
      throw new IllegalStateException("no virtual shard is active");
    }
    Collections.shuffle(copies, random);
    List<Integer> clusters = copies.stream().map(Copy::cluster).distinct().sorted().toList();
    List<Integer> shards = new ArrayList<>();
    for (int i = 0; i < SHARDS; i++) {
      int cluster = clusters.get(i % clusters.size());
      copies.stream()
          .filter(copy -> copy.cluster() == cluster && !shards.contains(copy.shard()))
          .findFirst()
          .ifPresent(copy -> shards.add(copy.shard()));
    }
    return shards;
  }
}
