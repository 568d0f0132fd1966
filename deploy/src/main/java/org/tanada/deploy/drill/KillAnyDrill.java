package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tanada.deploy.shop.ShopClient;

/**
 * Kills every node of every stateless tier in turn under a steady load. Promises: no acknowledged
 * write is lost, no safe request fails, a repeated write is done once.
 */
final class KillAnyDrill implements Drill {
  /** Tiers whose nodes hold nothing that may not be lost. */
  static final List<String> STATELESS = List.of("edge", "lb", "app", "auth", "router", "memcached");

  private static final Duration BACK = Duration.ofMinutes(3);

  private final Duration between;

  /**
   * A drill.
   *
   * @param between how long the load goes on after a kill before anybody looks, and after the node
   *     is back
   */
  KillAnyDrill(Duration between) {
    this.between = between;
  }

  @Override
  public String name() {
    return "kill-any";
  }

  @Override
  public String description() {
    return "kills every node of every stateless tier in turn under load: no acknowledged write lost, no safe request failed";
  }

  @Override
  public Verdict run(Installation installation, Settings settings, Consumer<String> progress) {
    List<String> victims = victims(installation, settings.seed());
    Ledger ledger = new Ledger();
    String password = UUID.randomUUID().toString();
    try (ShopClient shop = new ShopClient(installation.frontDoor(), Duration.ofSeconds(20))) {
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(settings.minutes());
      int killed = 0;
      try (SteadyLoad _ = SteadyLoad.start(shop, ledger, settings.seed(), password)) {
        rest();
        do {
          for (String victim : victims) {
            progress.accept("kill " + victim + " · " + String.join(" · ", ledger.figures()));
            installation.kill(victim);
            killed++;
            rest(); // load meets the gap before anything is healed
            installation.awaitReady(BACK);
            rest();
          }
        } while (System.nanoTime() - end < 0);
      }
      List<String> broken = new PromiseChecker(shop, password).check(ledger);
      List<String> figures = new ArrayList<>(ledger.figures());
      figures.addFirst(killed + " nodes killed: " + String.join(" ", victims));
      return new Verdict(name(), broken, figures);
    } catch (IOException e) {
      return new Verdict(name(), List.of("the load could not start: " + e.getMessage()), List.of());
    } catch (IllegalStateException e) {
      return new Verdict(
          name(), List.of("a node did not come back: " + e.getMessage()), ledger.figures());
    }
  }

  private static List<String> victims(Installation installation, long seed) {
    List<String> victims = new ArrayList<>();
    for (String tier : STATELESS) {
      List<String> nodes = installation.nodes(tier);
      if (nodes.size() > 1) { // the only node of a tier cannot be killed unnoticed
        victims.addAll(nodes);
      }
    }
    Collections.shuffle(victims, new Random(seed));
    return victims;
  }

  private void rest() {
    LockSupport.parkNanos(between.toNanos());
  }
}
