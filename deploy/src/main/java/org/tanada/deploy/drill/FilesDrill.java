package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tanada.deploy.shop.ShopClient;

/**
 * Uploads and reads videos through the front door while storage nodes are killed and hung, and bits
 * of copies are flipped on their disks, of each file in one copy at most. Promises: no other bytes
 * than were written are served, and no acknowledged file is lost. Reads that fail are counted. Full
 * disks and power cuts are left to the checker among the storage service's tests: here the disk is
 * everybody's.
 */
final class FilesDrill implements Drill {
  private static final Duration BACK = Duration.ofMinutes(3);

  private final Duration between;
  private final Duration settle;

  private enum Fault {
    KILL,
    KILL_ANOTHER,
    HANG,
    FLIP_BITS,
    FLIP_MORE_BITS;

    String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * A drill.
   *
   * @param between how long the load goes on before and after each fault
   * @param settle how long a file may not be readable when all nodes are up again
   */
  FilesDrill(Duration between, Duration settle) {
    this.between = between;
    this.settle = settle;
  }

  @Override
  public String name() {
    return "files";
  }

  @Override
  public String description() {
    return "kills and hangs storage nodes and flips bits of copies under uploads and reads of videos: no wrong byte served, no acknowledged file lost";
  }

  @Override
  public Verdict run(Installation installation, Settings settings, Consumer<String> progress) {
    Random random = new Random(settings.seed());
    List<String> nodes = installation.nodes(Rot.TIER).stream().sorted().toList();
    if (nodes.size() < 2) {
      return new Verdict(
          name(), List.of("there is no second storage node for videos to fail over to"), List.of());
    }
    Rot rot = new Rot(installation, nodes, random.nextLong());
    TreeMap<String, Integer> done = new TreeMap<>();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(settings.minutes());
    try (ShopClient shop = new ShopClient(installation.frontDoor(), Duration.ofSeconds(30));
        VideoLoad load = VideoLoad.start(shop, settings.seed())) {
      List<Fault> faults = new ArrayList<>();
      rest();
      do {
        if (faults.isEmpty()) {
          faults.addAll(List.of(Fault.values()));
          Collections.shuffle(faults, random);
        }
        Fault fault = faults.removeFirst();
        String victim = nodes.get(random.nextInt(nodes.size()));
        progress.accept(fault.words() + ": " + happen(fault, victim, installation, rot, load));
        done.merge(fault.words(), 1, Integer::sum);
        rest();
        installation.awaitReady(BACK);
        rest();
      } while (System.nanoTime() - end < 0 || (settings.minutes() == 0 && !faults.isEmpty()));
      load.end();
      List<String> faultsDone = new ArrayList<>();
      done.forEach((what, times) -> faultsDone.add(times + " × " + what));
      List<String> broken = load.judge(installation, settle);
      List<String> figures = List.of(String.join(", ", faultsDone), load.figures(), rot.figures());
      if (broken.isEmpty()) {
        load.remove(); // else the files are evidence
      }
      return new Verdict(name(), broken, figures);
    } catch (IOException e) {
      return new Verdict(name(), List.of("the load could not run: " + e.getMessage()), List.of());
    } catch (IllegalStateException e) {
      return new Verdict(name(), List.of("a node did not come back: " + e.getMessage()), List.of());
    }
  }

  private String happen(
      Fault fault, String victim, Installation installation, Rot rot, VideoLoad load)
      throws IOException {
    switch (fault) {
      case KILL, KILL_ANOTHER -> installation.kill(victim);
      case HANG -> {
        installation.hang(victim);
        try {
          rest();
        } finally {
          installation.resume(victim);
        }
      }
      case FLIP_BITS, FLIP_MORE_BITS -> {
        List<VideoLoad.Uploaded> rotten = rot.flip(victim, load.acknowledged());
        load.readOften(installation, rotten);
        return victim + ", " + rot.figures();
      }
    }
    return victim + ", " + load.figures();
  }

  private void rest() {
    LockSupport.parkNanos(between.toNanos());
  }
}
