package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.state.OperatorException;

/**
 * Load, a backup, more load, a moment, more load; then all data is deleted and brought back to the
 * moment. Promises: every write that was acknowledged before it is there, none that began after it.
 */
final class DisasterDrill implements Drill {
  /** MariaDB's moments are known by notes, four a second. */
  private static final Duration GRID = Duration.ofSeconds(1);

  private static final Duration READY = Duration.ofMinutes(4);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Duration phase;

  /**
   * A drill.
   *
   * @param phase how long the load goes on before the backup, before the moment and after it, each
   */
  DisasterDrill(Duration phase) {
    this.phase = phase;
  }

  @Override
  public String name() {
    return "disaster";
  }

  @Override
  public String description() {
    return "deletes the data of all nodes and brings it back to a chosen second by backup and logs: every write acknowledged before it is there, none begun after it; needs --destroy";
  }

  @Override
  public String loss() {
    return "the data directories of all nodes are deleted, and come back from the backup repository as"
        + " they were at a second in the middle of the drill: what anybody writes after that is lost"
        + " for good, and everything is if the repository cannot be read";
  }

  @Override
  public Verdict run(Installation installation, Settings settings, Consumer<String> progress) {
    Ledger ledger = new Ledger();
    List<String> figures = new ArrayList<>();
    String password = UUID.randomUUID().toString();
    try (ShopClient shop = new ShopClient(installation.frontDoor(), TIMEOUT)) {
      Recovery recovery = installation.recovery();
      Instant moment = live(recovery, shop, ledger, settings, password, progress);
      progress.accept(String.join(" · ", ledger.figures()));
      progress.accept("deleting all data; restoring to " + moment);
      Instant destroyed = Instant.now();
      recovery.destroy();
      recovery.restore(moment);
      Instant restored = Instant.now();
      recovery.start();
      installation.awaitReady(READY);
      Instant up = Instant.now();
      MomentChecker.Found found =
          new MomentChecker(new PromiseChecker(shop, password)::look, moment, GRID)
              .check(ledger.writes());
      figures.add(
          "%d writes before %s are there, %d after it are gone, %d around it are unknown"
              .formatted(found.before(), moment, found.after(), found.unknown()));
      figures.add(
          "age of what was restored: %s; deleted and restored in %s, serving after %s"
              .formatted(
                  seconds(moment, destroyed),
                  seconds(destroyed, restored),
                  seconds(destroyed, up)));
      figures.addAll(ledger.figures());
      List<String> broken = new ArrayList<>(ledger.broken());
      broken.addAll(found.broken());
      return new Verdict(name(), broken, figures);
    } catch (IOException | IllegalStateException | OperatorException e) {
      figures.addAll(ledger.figures());
      return new Verdict(name(), List.of("it could not be ended: " + e.getMessage()), figures);
    }
  }

  /** The load until the end; returns the moment that it will be brought back to. */
  private Instant live(
      Recovery recovery,
      ShopClient shop,
      Ledger ledger,
      Settings settings,
      String password,
      Consumer<String> progress)
      throws IOException {
    try (SteadyLoad _ = SteadyLoad.start(shop, ledger, settings.seed(), password)) {
      goOn(phase);
      progress.accept("backup under load");
      recovery.backup();
      goOn(phase.plusMinutes(settings.minutes()));
      Instant moment = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      progress.accept("the moment is " + moment);
      goOn(phase);
      recovery.save(moment);
      return moment;
    }
  }

  private static void goOn(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  private static String seconds(Instant from, Instant to) {
    return String.format(Locale.ROOT, "%.1f s", Duration.between(from, to).toMillis() / 1e3);
  }
}
