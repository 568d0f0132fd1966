package org.tanada.deploy.ship;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.board.Ssh;
import org.tanada.deploy.database.Promotion.Standing;
import org.tanada.deploy.launcher.NodeClient;
import org.tanada.deploy.launcher.PromotionSteps;
import org.tanada.deploy.launcher.RouterViews;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A promotion among the boards of a shelf, over ssh. A board that cannot be reached may be off, or
 * cut off from us alone, with a primary that goes on to acknowledge what would be lost. Only who
 * stands before it can tell, and has to say so.
 */
public final class BoardPromotion implements PromotionSteps, AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<String, RemoteBoard> boards = new LinkedHashMap<>();
  private final boolean off;
  private final Consumer<String> say;
  private final List<String> fenced = new ArrayList<>();
  private String begun = "";

  /**
   * A promotion in a cluster of the shelf.
   *
   * @param configuration for {@code ssh -F}
   * @param off whether a primary's board that cannot be reached is known to be off
   * @param say told what could not be done on a board
   * @throws OperatorException if the shelf has no such cluster
   */
  public BoardPromotion(
      Shelf shelf, String cluster, Optional<Path> configuration, boolean off, Consumer<String> say)
      throws IOException {
    this.off = off;
    this.say = say;
    if (!cluster.matches("mysql-\\d+")) {
      throw noCluster(cluster);
    }
    for (BoardPlan.Placed placed : BoardPlan.of(shelf).placed()) {
      PlannedNode node = placed.node();
      if (node.tier().equals(cluster)) {
        boards.put(node.name(), new RemoteBoard(new Ssh(placed.board(), configuration)));
      }
    }
    if (boards.isEmpty()) {
      throw noCluster(cluster);
    }
  }

  /**
   * What the routers of a shelf see of a cluster.
   *
   * @param home what is kept of the shelf here
   */
  public static RouterViews views(Home home, Shelf shelf, String cluster) {
    List<PlannedNode> routers =
        BoardPlan.of(shelf).nodes().stream().filter(node -> node.kind() == Kind.ROUTER).toList();
    return new RouterViews(path -> NodeClient.askAll(home, routers, path, ""), cluster);
  }

  private static OperatorException noCluster(String cluster) {
    return new OperatorException(
        "the shelf has no cluster \"%s\": ./tanada boards nodes names them".formatted(cluster));
  }

  @Override
  public Standing look() throws IOException {
    OperatorException last = null;
    for (String node : boards.keySet()) {
      try {
        return ask(node, BoardCluster.Step.LOOK, List.of(), Standing.class);
      } catch (OperatorException e) {
        last = e; // another board may see more
      }
    }
    throw java.util.Objects.requireNonNull(last);
  }

  /** Nobody looks after a board's databases beside their units. */
  @Override
  public void hold() {}

  /** The others follow who was promoted as soon as they begin anew. */
  @Override
  public void letGo() throws IOException {
    if (begun.isEmpty()) {
      return;
    }
    for (Map.Entry<String, RemoteBoard> other : boards.entrySet()) {
      String node = other.getKey();
      if (!node.equals(begun) && !fenced.contains(node)) {
        try {
          other.getValue().again(node);
        } catch (OperatorException e) {
          say.accept("%s follows when its board is back: %s".formatted(node, e.getMessage()));
        }
      }
    }
  }

  @Override
  public boolean fence(String node) throws IOException {
    try {
      board(node).fence(node);
      fenced.add(node);
      return true;
    } catch (OperatorException e) {
      if (!off) {
        throw new OperatorException(
            "%s; so %s cannot be ended: switch its board off, then add --board-is-off"
                .formatted(e.getMessage(), node),
            e);
      }
      say.accept("%s: taken for off".formatted(e.getMessage()));
      return false;
    }
  }

  @Override
  public void release(String node) throws IOException {
    board(node).release(node);
  }

  @Override
  public void freeze(String primary) throws IOException {
    ask(primary, BoardCluster.Step.FREEZE, List.of(), BoardCluster.Done.class);
  }

  @Override
  public void thaw(String primary) throws IOException {
    ask(primary, BoardCluster.Step.THAW, List.of(), BoardCluster.Done.class);
  }

  @Override
  public void awaitAll(String primary, String replica) throws IOException {
    ask(replica, BoardCluster.Step.AWAIT_ALL, List.of(primary), BoardCluster.Done.class);
  }

  @Override
  public void applyReceived(String replica) throws IOException {
    ask(replica, BoardCluster.Step.APPLY_RECEIVED, List.of(), BoardCluster.Done.class);
  }

  @Override
  public Optional<Long> missing(String replica, List<String> acknowledged) throws IOException {
    return Optional.ofNullable(
        ask(replica, BoardCluster.Step.MISSING, acknowledged, BoardCluster.Missing.class).writes());
  }

  @Override
  public void begin(String replica, long term) throws IOException {
    ask(replica, BoardCluster.Step.BEGIN, List.of(Long.toString(term)), BoardCluster.Done.class);
    begun = replica;
  }

  private RemoteBoard board(String node) {
    RemoteBoard board = boards.get(node);
    if (board == null) {
      throw new OperatorException(
          "no board has %s: ./tanada boards nodes says where all are".formatted(node));
    }
    return board;
  }

  private <T> T ask(String node, BoardCluster.Step step, List<String> words, Class<T> type)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(step.name().toLowerCase(Locale.ROOT));
    command.addAll(words);
    return JSON.readValue(board(node).database(node, command), type);
  }

  @Override
  public void close() throws IOException {
    for (RemoteBoard board : boards.values()) {
      board.close();
    }
  }
}
