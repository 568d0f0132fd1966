package org.tanada.common.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tanada.common.membership.Node;

class BlobPlacementTests {
  @Test
  void copiesAreOnDifferentBoardsWhileThereAreAsMany() {
    List<Node> nodes =
        List.of(node(1, "a"), node(2, "a"), node(3, "a"), node(4, "b"), node(5, "b"), node(6, "c"));

    for (long id = 1; id <= 2000; id++) {
      List<Node> order = BlobPlacement.order(id, nodes);
      assertThat(order).containsExactlyInAnyOrderElementsOf(nodes);
      assertThat(boards(order.subList(0, 2))).hasSize(2);
      assertThat(boards(order.subList(0, 3))).hasSize(3);
      assertThat(boards(order.subList(3, 5))).hasSize(2); // then the second ones of two boards
    }
  }

  @Test
  void boardIsTheHostWhereNoLabelSaysMore() {
    List<Node> nodes = new ArrayList<>();
    for (int n = 1; n <= 4; n++) {
      URI address = URI.create("http://10.0.0." + (1 + n % 2) + ":" + (9560 + n));
      nodes.add(new Node("storage-videos-" + n, address, address, Map.of()));
    }

    for (long id = 1; id <= 500; id++) {
      assertThat(boards(BlobPlacement.order(id, nodes).subList(0, 2))).hasSize(2);
    }
  }

  @Test
  void nodeThatComesTakesItsShareAndMovesNothingElse() {
    List<Node> before = List.of(node(1, "a"), node(2, "b"), node(3, "c"), node(4, "d"));
    List<Node> after = new ArrayList<>(before);
    after.add(node(5, "e"));
    int moved = 0;

    for (long id = 1; id <= 5000; id++) {
      List<Node> held = BlobPlacement.order(id, before).subList(0, 2);
      List<Node> hold = BlobPlacement.order(id, after).subList(0, 2);
      Set<Node> fresh = new HashSet<>(hold);
      fresh.removeAll(held);
      assertThat(fresh).isSubsetOf(Set.of(after.getLast()));
      moved += fresh.size();
    }

    assertThat(moved).isBetween(1800, 2200); // two of five copies of 5,000 files, of one in five
  }

  @Test
  void nodeThatIsToBeEmptiedComesLast() {
    URI address = URI.create("http://10.0.0.9:9560");
    Node leaving = new Node("storage-videos-9", address, address, Map.of("draining", "true"));
    List<Node> nodes = List.of(leaving, node(1, "a"), node(2, "b"));

    for (long id = 1; id <= 500; id++) {
      assertThat(BlobPlacement.order(id, nodes).getLast()).isEqualTo(leaving);
    }
  }

  private static Set<String> boards(List<Node> nodes) {
    Set<String> boards = new HashSet<>();
    nodes.forEach(node -> boards.add(BlobPlacement.board(node)));
    return boards;
  }

  private static Node node(int n, String board) {
    URI address = URI.create("http://127.0.0.1:" + (9560 + n));
    return new Node("storage-videos-" + n, address, address, Map.of("board", board));
  }
}
