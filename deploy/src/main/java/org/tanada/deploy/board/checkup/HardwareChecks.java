package org.tanada.deploy.board.checkup;

import static org.tanada.deploy.doctor.Finding.bad;
import static org.tanada.deploy.doctor.Finding.good;
import static org.tanada.deploy.doctor.Finding.notable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.database.DatabaseProfile;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/** Disks, heat and power of a board. */
final class HardwareChecks {
  private static final long LEAST_FREE_MEGABYTES = 500;
  private static final long LITTLE_FREE_MEGABYTES = 2000;

  /** Boards slow themselves down from 80 degrees on. */
  private static final long HOT = 80_000;

  private static final long WARM = 70_000;

  /** What vcgencmd says of now; the same 16 bits further on: since the start. */
  private static final long UNDER_VOLTAGE = 1;

  private static final long CAPPED = 1 << 1;
  private static final long THROTTLED = 1 << 2;
  private static final long SOFT_LIMIT = 1 << 3;

  private final Board board;
  private final List<PlannedNode> nodes;
  private final BoardFacts facts;

  HardwareChecks(Board board, List<PlannedNode> nodes, BoardFacts facts) {
    this.board = board;
    this.nodes = nodes;
    this.facts = facts;
  }

  List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    facts.parts("disk", 7).forEach(disk -> findings.add(disk(disk)));
    findings.addAll(wear());
    findings.add(profile());
    findings.add(temperature());
    findings.add(throttling());
    findings.add(power());
    return findings;
  }

  private static Finding disk(List<String> disk) {
    String subject = "disk " + disk.getFirst();
    long free = BoardFacts.parseNumber(disk.get(3)).orElse(0) / 1024;
    long inodes = BoardFacts.parseNumber(disk.get(4)).orElse(0);
    long freeInodes = BoardFacts.parseNumber(disk.get(5)).orElse(0);
    if (disk.get(6).equals("ro")) {
      return bad(
          subject,
          "read-only",
          "after errors the kernel does that: dmesg tells; check the card, or switch the overlay"
              + " file system off (raspi-config)");
    }
    // btrfs and others count none
    if (inodes > 0 && freeInodes < inodes / 20) {
      return bad(
          subject,
          "%,d of %,d inodes are left".formatted(freeInodes, inodes),
          "too many small files: du --inodes -x " + disk.getFirst() + " finds them");
    }
    String fact = "%,d MB free of %,d MB".formatted(free, size(disk));
    String advice = "journalctl --vacuum-size=100M, apt-get clean, docker image prune; or a larger";
    if (free < LEAST_FREE_MEGABYTES) {
      return bad(subject, fact, advice + " card");
    }
    return free < LITTLE_FREE_MEGABYTES
        ? notable(subject, fact, advice + " card: files and binary logs grow")
        : good(subject, fact);
  }

  private static long size(List<String> disk) {
    return BoardFacts.parseNumber(disk.get(2)).orElse(0) / 1024;
  }

  private List<Finding> wear() {
    List<Finding> findings = new ArrayList<>();
    for (List<String> disk : facts.parts("ext4", 2)) {
      long errors = BoardFacts.parseNumber(disk.get(1)).orElse(0);
      if (errors > 0) {
        findings.add(
            bad(
                "file system " + disk.getFirst(),
                errors + " errors were found on it",
                "copy what is dear, fsck.ext4 -f /dev/" + disk.getFirst() + ", renew the card"));
      }
    }
    facts.parts("card", 4).forEach(card -> findings.add(card(card)));
    for (List<String> disk : facts.parts("smart", 3)) {
      boolean passed = disk.get(1).matches("PASSED|OK");
      long used = BoardFacts.parseNumber(disk.get(2)).orElse(0);
      String fact =
          disk.get(1) + (disk.get(2).isEmpty() ? "" : ", " + used + " % of its life is used");
      String subject = "wear of " + disk.getFirst();
      findings.add(
          !passed
              ? bad(subject, "it reports " + disk.get(1), "renew the disk now")
              : used >= 90 ? notable(subject, fact, "renew the disk soon") : good(subject, fact));
    }
    return findings;
  }

  /** An eMMC tells tenths of its life, of two kinds of cells, and how its spare blocks are. */
  private static Finding card(List<String> card) {
    String subject = "wear of " + card.getFirst();
    long life = 0;
    for (String kind : card.get(2).split(" ", -1)) {
      life = Math.max(life, BoardFacts.parseNumber(kind).orElse(0));
    }
    if (life == 0) {
      return good(subject, "unknown: an SD card does not tell; keep a spare one");
    }
    long spare = BoardFacts.parseNumber(card.get(3)).orElse(0);
    String fact = life > 10 ? "beyond its life" : "up to " + life * 10 + " % of its life is used";
    if (life > 10 || spare >= 3) {
      return bad(
          subject,
          fact + (spare >= 3 ? ", its spare blocks are used up" : ""),
          "renew it now: it may become read-only at any time");
    }
    return life >= 9 || spare == 2
        ? notable(subject, fact + (spare == 2 ? ", spare blocks run low" : ""), "renew it soon")
        : good(subject, fact);
  }

  /** Whether databases write as is good for the disk that they really have. */
  private Finding profile() {
    boolean database = nodes.stream().anyMatch(node -> node.kind() == Kind.MYSQL);
    List<String> state =
        facts.parts("disk", 7).stream()
            .filter(disk -> disk.getFirst().matches("/|/var/lib"))
            .reduce((one, deeper) -> deeper)
            .orElse(List.of("/", ""));
    boolean card = state.get(1).contains("mmcblk");
    boolean disk = state.get(1).matches("/dev/(nvme|sd).*");
    if (database && card && board.storage() == DatabaseProfile.DISK) {
      return notable(
          "storage",
          "its database is on a card, and the inventory says storage: disk",
          "storage: sd-card spares the card");
    }
    if (database && disk && board.storage() == DatabaseProfile.SD_CARD) {
      return notable(
          "storage",
          "its database is on " + state.get(1) + " and writes as for an SD card",
          "storage: disk in the inventory");
    }
    return good("storage", state.get(1).isEmpty() ? "unknown" : state.get(1));
  }

  private Finding temperature() {
    List<List<String>> zones = facts.parts("temperature", 2);
    long most = Long.MIN_VALUE;
    String where = "";
    for (List<String> zone : zones) {
      long value = BoardFacts.parseNumber(zone.get(1)).orElse(Long.MIN_VALUE);
      if (value > most) {
        most = value;
        where = zone.getFirst();
      }
    }
    if (where.isEmpty()) {
      return good("temperature", "it tells none");
    }
    String fact = String.format(Locale.ROOT, "%.0f °C (%s)", most / 1000.0, where);
    String advice = "a heat sink or a fan, air around it; or give it less to do";
    if (most >= HOT) {
      return bad("temperature", fact + ": it slows itself down", advice);
    }
    return most >= WARM ? notable("temperature", fact, advice) : good("temperature", fact);
  }

  private Finding throttling() {
    long bits = throttled();
    long heat = CAPPED | THROTTLED | SOFT_LIMIT;
    List<String> words = new ArrayList<>();
    say(words, bits, CAPPED, "its frequency capped");
    say(words, bits, THROTTLED, "throttled");
    say(words, bits, SOFT_LIMIT, "at its soft limit of temperature");
    if (words.isEmpty()) {
      return good("throttling", facts.text("throttled").isPresent() ? "none" : "it tells none");
    }
    return notable(
        "throttling",
        String.join(", ", words),
        (bits & heat) != 0
            ? "cool it, and see power: it is slower than planned"
            : "it was slower for a while: see temperature and power");
  }

  private static void say(List<String> words, long bits, long bit, String word) {
    if ((bits & bit) != 0) {
      words.add("now " + word);
    } else if ((bits & bit << 16) != 0) {
      words.add("since its start once " + word);
    }
  }

  private Finding power() {
    long bits = throttled();
    boolean alarm = facts.number("undervoltage").orElse(0) == 1;
    String advice = "the supply that its maker sells, a short cable, fewer things on its USB";
    if ((bits & UNDER_VOLTAGE) != 0 || alarm) {
      return bad("power", "too low a voltage now: it may stop at any time", advice);
    }
    if ((bits & UNDER_VOLTAGE << 16) != 0) {
      return notable("power", "the voltage was too low since its start", advice);
    }
    boolean told = facts.text("throttled").isPresent() || facts.text("undervoltage").isPresent();
    return good("power", told ? "the voltage never was too low" : "it tells nothing of it");
  }

  private long throttled() {
    return facts.number("throttled").orElse(0);
  }
}
