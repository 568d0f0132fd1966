package org.tanada.deploy.board;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.database.DatabaseSettings;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Purpose;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.TopologyFile;

/**
 * What follows from a shelf: every node with its name, its ports and its share of its board's
 * memory.
 */
public final class BoardPlan {
  /** For the kernel, sshd and a page cache that is worth its name. */
  static final int SYSTEM_MEGABYTES = 150;

  /** No heap grows beyond so many times the native one: what is left serves the page cache. */
  private static final int MOST_GROWTH = 4;

  /** Between what a node takes under load and what it may take. */
  private static final double HEADROOM = 1.5;

  private final List<Placed> placed;
  private final Map<String, Purpose> purposes;

  private BoardPlan(List<Placed> placed, Map<String, Purpose> purposes) {
    this.placed = List.copyOf(placed);
    this.purposes = purposes;
  }

  /** Numbers the nodes of each tier in the order of the boards; databases have their copy's. */
  public static BoardPlan of(Shelf shelf) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    Map<String, Purpose> purposes = new LinkedHashMap<>();
    Purpose.neededTiers().forEach(tier -> purposes.put(tier, Purpose.usual(tier)));
    purposes.putAll(shelf.purposes());
    List<Placed> placed = new ArrayList<>();
    for (Board board : shelf.boards()) {
      for (Role role : board.roles()) {
        int index = role.copy() > 0 ? role.copy() : counts.merge(role.tier(), 1, Integer::sum);
        Tier tier =
            new Tier(
                role.tier(),
                index,
                role.region().isEmpty() ? List.of() : List.of(role.region()),
                purposes.get(role.tier()));
        PlannedNode node =
            PlannedNode.of(tier, index, Ports.DEFAULT).on(board.address()).speaking(shelf.tls());
        placed.add(new Placed(board, role, node));
      }
    }
    return new BoardPlan(placed, purposes);
  }

  /** The same whose services speak TLS with each other, or plain HTTP. */
  public BoardPlan speaking(boolean tls) {
    return new BoardPlan(
        placed.stream()
            .map(place -> new Placed(place.board(), place.role(), place.node().speaking(tls)))
            .toList(),
        purposes);
  }

  /** Whether its services speak TLS with each other. */
  public boolean tls() {
    return nodes().stream().anyMatch(PlannedNode::tls);
  }

  /** What a node of a tier is told of the purposes of files, as environment variables. */
  public Map<String, String> purposeSettings(String tier) {
    return Purpose.settings(tier, purposes);
  }

  /** All nodes, board by board. */
  public List<PlannedNode> nodes() {
    return placed.stream().map(Placed::node).toList();
  }

  /** The same as callers are told of them: storage nodes with their board's name. */
  public List<Inventory.Listed> listed() {
    return placed.stream()
        .map(place -> Inventory.Listed.of(place.node()).on(place.board().name()))
        .toList();
  }

  /** The same with their boards and roles. */
  public List<Placed> placed() {
    return placed;
  }

  /** The nodes of a board. */
  public List<PlannedNode> nodes(Board board) {
    return placed(board).stream().map(Placed::node).toList();
  }

  /** The nodes of a board with the roles that they play. */
  public List<Placed> placed(Board board) {
    return placed.stream().filter(place -> place.board().equals(board)).toList();
  }

  /** Megabytes that a board's roles need at least, with what its system needs. */
  public static int leastMegabytes(Board board) {
    return SYSTEM_MEGABYTES + board.roles().stream().mapToInt(Role::leastMegabytes).sum();
  }

  /**
   * The settings of a board as lines {@code NAME=value} for {@code docker compose --env-file}: its
   * profiles, its nodes' names, and heaps and pools that fit its memory.
   */
  public List<String> environment(Board board) {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("TANADA_BOARD", board.name());
    env.put("TANADA_ADDRESS", board.address());
    Set<String> profiles = new LinkedHashSet<>();
    board.roles().forEach(role -> profiles.add(role.profile()));
    env.put("COMPOSE_PROFILES", String.join(",", profiles));
    front().ifPresent(front -> env.put("TANADA_PUBLIC_URL", front.address().toString()));
    if (tls()) {
      env.put("TANADA_INSIDE_TLS", "1");
    }
    env.put("TANADA_HOST_NAMES", String.join(",", hostNames()));
    for (Placed place : placed(board)) {
      String prefix = "TANADA_" + place.role().tier().toUpperCase(Locale.ROOT).replace('-', '_');
      env.put(prefix + "_NODES", "1");
      env.put(prefix + "_NODE", place.node().name());
      env.put(prefix + "_PORT", Integer.toString(place.node().port()));
      env.put(prefix + "_CONTROL_PORT", Integer.toString(place.node().controlPort()));
      env.put(prefix + "_MEMORY", mostMegabytes(board, place.role()) + "m");
      int megabytes = megabytes(board, place.node().kind());
      if (place.node().kind().service()) {
        env.put(prefix + "_HEAP", megabytes + "m");
      } else if (place.node().kind() == Kind.MYSQL) {
        env.put(prefix + "_POOL", megabytes + "M");
        env.put("TANADA_DB_PROFILE", board.storage().toString());
        env.put(prefix + "_PEER", peer(place.node()));
      } else if (place.node().kind() == Kind.MEMCACHED) {
        env.put(prefix + "_MEGABYTES", Integer.toString(megabytes));
      }
      if (!place.role().region().isEmpty()) {
        env.put(prefix + "_REGION", place.role().region());
      }
    }
    return env.entrySet().stream().map(line -> line.getKey() + "=" + line.getValue()).toList();
  }

  /** How people call the front door beside localhost: by its board's address. */
  List<String> hostNames() {
    return front().map(PlannedNode::host).stream().toList();
  }

  /** The regions that the front door knows. */
  public List<String> regions() {
    return TopologyFile.regions(nodes().stream().map(PlannedNode::region).toList());
  }

  /** The front door, if a board has it. */
  public Optional<PlannedNode> front() {
    return nodes().stream().filter(node -> node.kind() == Kind.NGINX).findFirst();
  }

  /** Where the other copy of a database is, as {@code host:port}; empty without one. */
  private String peer(PlannedNode node) {
    return nodes().stream()
        .filter(other -> other.tier().equals(node.tier()) && !other.name().equals(node.name()))
        .map(other -> other.host() + ":" + other.port())
        .findFirst()
        .orElse("");
  }

  /** Size of a node's heap, of a database's buffer pool, or of what a memcached holds. */
  public static int megabytes(Board board, Kind kind) {
    int usual = kind.service() ? Module.of(kind).heapMegabytes() : 64;
    return (int) (usual * growth(board));
  }

  /** What a database on a board is told of it. */
  public static DatabaseSettings databases(Board board) {
    return new DatabaseSettings(board.storage(), megabytes(board, Kind.MYSQL) + "M");
  }

  /** What a node may take at most before the board's system ends it, so that others can live. */
  public static int mostMegabytes(Board board, Role role) {
    int most = (int) (HEADROOM * role.leastMegabytes() * growth(board));
    return Math.min(most, board.memoryMegabytes() - SYSTEM_MEGABYTES);
  }

  /** Half of what is left over goes to heaps and pools in proportion; the rest is page cache. */
  private static double growth(Board board) {
    double least = leastMegabytes(board);
    double spare = Math.max(0, board.memoryMegabytes() - least) / 2;
    return Math.min(MOST_GROWTH, 1 + spare / least);
  }

  /** A node with the role that it plays and its board. */
  public record Placed(Board board, Role role, PlannedNode node) {}
}
