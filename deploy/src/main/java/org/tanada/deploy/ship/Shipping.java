package org.tanada.deploy.ship;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Role;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.board.ShelfCheck;
import org.tanada.deploy.board.Ssh;
import org.tanada.deploy.ca.LocalAuthority;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/**
 * Brings what was built here to the boards of a shelf. Whatever a step leaves behind when it is
 * interrupted, the next run begins from there: releases are put in force by a link, and nodes tell
 * which version of their files they run.
 */
public final class Shipping implements AutoCloseable {
  /** The oldest systemd that keeps secrets from the environment as our units ask it to. */
  private static final int OLDEST_SYSTEMD = 247;

  /** How long a round over all boards may take at most. */
  private static final Duration KEYS_OVERLAP = Duration.ofHours(1);

  private final Home shelfHome;
  private final Shelf shelf;
  private final BoardPlan plan;
  private final Consumer<String> say;
  private final Map<String, RemoteBoard> boards = new LinkedHashMap<>();

  /**
   * Shipping to a shelf.
   *
   * @param home the installation; what belongs to the shelf is kept below its {@code shelf}
   * @param configuration for {@code ssh -F}
   * @param say told what happens
   */
  public Shipping(Home home, Shelf shelf, Optional<Path> configuration, Consumer<String> say)
      throws IOException {
    this.shelfHome = home.shelf();
    this.shelf = shelf;
    this.plan = BoardPlan.of(shelf);
    this.say = say;
    for (Finding finding : ShelfCheck.of(shelf)) {
      if (finding.grade() == Finding.Grade.BAD) {
        throw new OperatorException(
            "this shelf cannot work: %s: %s; ./tanada boards check says all"
                .formatted(finding.subject(), finding.fact()));
      }
    }
    for (Board board : shelf.boards()) {
      boards.put(board.name(), new RemoteBoard(new Ssh(board, configuration)));
    }
  }

  /** Ships what was built here to the named boards, or to all when none is named. */
  public void ship(Collection<String> names) throws IOException {
    names.forEach(shelf::board);
    List<RemoteBoard> chosen =
        boards.values().stream().filter(b -> names.isEmpty() || names.contains(b.name())).toList();
    try (StateFiles.Held _ = lock()) {
      Map<String, BoardFacts> facts = probe(chosen);
      ShipHistory history = history();
      if (history.complete().isEmpty() && chosen.size() < boards.size()) {
        throw new OperatorException(
            "the first time all boards are needed, since none gets ready alone: leave --board out");
      }
      new Secrets(shelfHome).make();
      refuseStrangers(chosen, facts);
      Map<String, Release> releases = releases(chosen, facts);
      copy(chosen, releases);
      Map<String, String> wanted = new TreeMap<>();
      releases.forEach((board, release) -> wanted.put(board, release.id()));
      history = remember(history.begin(wanted));
      // boards that were all made anew begin together, too
      boolean serving = facts.values().stream().anyMatch(found -> !found.release().isEmpty());
      rollout(plan, serving && !history.complete().isEmpty()).to(chosen, facts, wanted);
      ShipHistory kept = remember(history.end());
      Parallel.each(chosen, board -> board.sweep(kept.kept(board.name())));
    }
  }

  /** Gives every service a new key: each round restarts the services, one board at a time. */
  public void replaceServiceKeys() throws IOException {
    ServiceKeyring keys = new Secrets(shelfHome).serviceKeys();
    keys.make();
    keys.add(Instant.now());
    say.accept("round one: every service gets to know the next keys");
    ship(List.of());
    keys.use(Instant.now().plus(KEYS_OVERLAP));
    say.accept("round two: they come into use");
    ship(List.of());
  }

  /** Puts the release before the present one in force on every board. */
  public void rollBack() throws IOException {
    try (StateFiles.Held _ = lock()) {
      ShipHistory before =
          history()
              .back()
              .orElseThrow(() ->
                  new OperatorException(
                      "there is no release to go back to: nothing was shipped before the present"
                          + " one"));
      List<RemoteBoard> chosen =
          boards.values().stream().filter(b -> before.pending().containsKey(b.name())).toList();
      Map<String, BoardFacts> facts = probe(chosen);
      rollout(plan.speaking(speakTls(chosen, before.pending())), true)
          .to(chosen, facts, before.pending());
      remember(before.end());
    }
  }

  private Rollout rollout(BoardPlan as, boolean running) {
    return new Rollout(as, boards, running, say);
  }

  /** Whether services of these releases speak TLS with each other. */
  private static boolean speakTls(List<RemoteBoard> chosen, Map<String, String> releases)
      throws IOException {
    for (RemoteBoard board : chosen) {
      if (board.speaksTls(Objects.requireNonNull(releases.get(board.name())))) {
        return true;
      }
    }
    return false;
  }

  private StateFiles.Held lock() throws IOException {
    StateFiles.privateDirectory(shelfHome.directory());
    StateFiles.Held held = StateFiles.tryLock(shelfHome.lock());
    if (held == null) {
      throw new OperatorException("another ship is under way: wait for its end");
    }
    return held;
  }

  private Path historyFile() {
    return shelfHome.directory().resolve("shipped.json");
  }

  private ShipHistory history() throws IOException {
    return StateFiles.readJson(historyFile(), ShipHistory.class).orElse(ShipHistory.NOTHING);
  }

  private ShipHistory remember(ShipHistory history) throws IOException {
    StateFiles.writeJson(historyFile(), history);
    return history;
  }

  /** Asks all boards before any is changed. */
  private Map<String, BoardFacts> probe(List<RemoteBoard> chosen) throws IOException {
    Map<String, BoardFacts> facts = new ConcurrentHashMap<>();
    Parallel.each(
        chosen,
        board -> {
          BoardFacts found = board.probe(programs(board.board(), plan.tls()));
          facts.put(board.name(), found);
          if (found.systemd() < OLDEST_SYSTEMD) {
            throw new OperatorException(
                "%s: its systemd is %d, %d is needed: Debian 11, Raspberry Pi OS 11 or newer"
                    .formatted(board.name(), found.systemd(), OLDEST_SYSTEMD));
          }
          if (!found.missing().isEmpty()) {
            throw new OperatorException(
                "%s lacks %s: apt-get install --no-install-recommends %s there"
                    .formatted(
                        board.name(),
                        String.join(", ", found.missing()),
                        found.missing().stream()
                            .map(Shipping::debianPackage)
                            .distinct()
                            .collect(Collectors.joining(" "))));
          }
        });
    return facts;
  }

  private static List<String> programs(Board board, boolean tls) {
    List<String> programs = new ArrayList<>(List.of("tar", "sha256sum"));
    if (tls) {
      programs.add("openssl"); // asks nodes whether they are ready
    }
    for (Kind kind : board.roles().stream().map(Role::kind).distinct().toList()) {
      switch (kind) {
        case MYSQL ->
            programs.addAll(List.of("mariadbd", "mariadb-install-db", "mariadb", "mariadb-dump"));
        case MEMCACHED -> programs.add("memcached");
        case NGINX -> programs.add("nginx");
        case EDGE, LB, APP, AUTH, ROUTER, STORAGE, BACKUP -> {}
      }
    }
    return programs;
  }

  private static String debianPackage(String program) {
    return switch (program) {
      case "mariadbd", "mariadb-install-db" -> "mariadb-server";
      case "mariadb", "mariadb-dump" -> "mariadb-client";
      case "nginx" -> "nginx-light";
      case "sha256sum" -> "coreutils";
      default -> program;
    };
  }

  /** Nodes and databases of another shelf have secrets that are not ours. */
  private void refuseStrangers(List<RemoteBoard> chosen, Map<String, BoardFacts> facts)
      throws IOException {
    for (RemoteBoard board : chosen) {
      String other = facts(facts, board).shelf();
      if (!other.isEmpty() && !other.equals(name()) && !other.equals(formerName())) {
        throw new OperatorException(
            "%s belongs to another shelf: ship from where that is kept, or put its directory at %s"
                .formatted(board.name(), shelfHome.directory()));
      }
    }
  }

  /** Names the shelf by what all its nodes share, without telling it. */
  private String name() throws IOException {
    return Release.hash(new Secrets(shelfHome).get(Secrets.URL_SIGNING_KEY)).substring(0, 12);
  }

  /** What boards call it that were shipped to while all services had one credential. */
  private String formerName() throws IOException {
    Path shared = shelfHome.secrets().resolve("tanada.secret.service-credential");
    return Files.exists(shared)
        ? Release.hash(Files.readString(shared).strip()).substring(0, 12)
        : name();
  }

  static BoardFacts facts(Map<String, BoardFacts> facts, RemoteBoard board) {
    BoardFacts found = facts.get(board.name());
    if (found == null) {
      throw new IllegalStateException(board.name() + " was not asked");
    }
    return found;
  }

  private Map<String, Release> releases(List<RemoteBoard> chosen, Map<String, BoardFacts> facts)
      throws IOException {
    String front = plan.front().map(PlannedNode::host).orElseThrow();
    ReleaseBuilder builder = new ReleaseBuilder(shelfHome, plan, front);
    Map<String, Release> releases = new LinkedHashMap<>();
    for (RemoteBoard board : chosen) {
      releases.put(board.name(), builder.build(board.board(), facts(facts, board)));
    }
    new LocalAuthority(shelfHome.ca()).ensure(plan.regions(), List.of(front));
    return releases;
  }

  private void copy(List<RemoteBoard> chosen, Map<String, Release> releases) throws IOException {
    long began = System.nanoTime();
    AtomicLong bytes = new AtomicLong();
    Parallel.each(
        chosen,
        board -> {
          Release release = Objects.requireNonNull(releases.get(board.name()));
          Path outgoing = shelfHome.directory().resolve("outgoing").resolve(board.name());
          board.belong(name());
          bytes.addAndGet(board.receive(release, outgoing));
          for (PlannedNode node : plan.nodes(board.board())) {
            board.secrets(node, secrets(node));
          }
        });
    say.accept(
        "copied %.1f MB to %d boards in %.1f s"
            .formatted(bytes.get() / 1e6, chosen.size(), (System.nanoTime() - began) / 1e9));
  }

  private Map<String, String> secrets(PlannedNode node) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    LocalAuthority authority = new LocalAuthority(shelfHome.ca());
    Map<String, String> inside = plan.tls() ? authority.inside() : Map.of();
    for (String name : ReleaseBuilder.secretNames(node, plan.tls())) {
      contents.put(
          name,
          switch (name) {
            case FrontDoor.CHAIN -> Files.readString(authority.serverChain());
            case FrontDoor.KEY -> Files.readString(authority.serverKey());
            case Secrets.PROVIDERS, Secrets.MAIL -> new Secrets(shelfHome).own(name);
            case InsideTls.CERTIFICATE, InsideTls.KEY, InsideTls.AUTHORITY ->
                Objects.requireNonNull(inside.get(name));
            default -> new Secrets(shelfHome).get(node.kind(), name);
          });
    }
    return contents;
  }

  @Override
  public void close() throws IOException {
    for (RemoteBoard board : boards.values()) {
      board.close();
    }
  }
}
