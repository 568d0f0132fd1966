package org.tanada.deploy.board.checkup;

import static org.tanada.deploy.doctor.Finding.bad;
import static org.tanada.deploy.doctor.Finding.good;
import static org.tanada.deploy.doctor.Finding.notable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.topology.PlannedNode;

/** Address and ports of a board. */
final class NetworkChecks {
  private final Board board;
  private final List<PlannedNode> nodes;
  private final BoardFacts facts;

  NetworkChecks(Board board, List<PlannedNode> nodes, BoardFacts facts) {
    this.board = board;
    this.nodes = nodes;
    this.facts = facts;
  }

  List<Finding> look() {
    if (facts.text("iproute").isEmpty()) {
      return List.of(
          notable(
              "network",
              "unknown, since the program ip is missing",
              "apt-get install iproute2, and run this again"));
    }
    return List.of(address(), ports());
  }

  private Finding address() {
    List<List<String>> addresses = facts.parts("address", 4);
    if (!board.address().matches("[0-9.]+")) {
      return notable(
          "address",
          board.address() + " is a name: nodes in containers may not find it",
          "an IPv4 address in the inventory, one of: " + list(addresses));
    }
    Optional<List<String>> own =
        addresses.stream()
            .filter(address -> address.getFirst().equals(board.address()))
            .findFirst();
    if (own.isEmpty()) {
      return bad(
          "address",
          "no interface has " + board.address() + "; there are: " + list(addresses),
          "correct the inventory, or the board's address");
    }
    return own.get().get(1).equals("lease")
        ? notable(
            "address",
            board.address() + " is leased (DHCP) and may change",
            "reserve it in the router" + orStatic(own.get()))
        : good("address", board.address() + " on " + own.get().get(2) + ", static");
  }

  private static String list(List<List<String>> addresses) {
    return String.join(" ", addresses.stream().map(List::getFirst).toList());
  }

  /** How NetworkManager is told, where it manages the interface. */
  private String orStatic(List<String> address) {
    String device = address.get(2) + "|";
    String gateway = facts.text("gateway").orElse("");
    return Stream.of(facts.text("connection").orElse("").split(";", -1))
        .filter(connection -> connection.startsWith(device))
        .map(connection -> connection.substring(device.length()))
        .findFirst()
        .map(name ->
            ", or: nmcli connection modify '%s' ipv4.method manual ipv4.addresses %s/%s"
                    .formatted(name, address.getFirst(), address.get(3))
                + " ipv4.gateway %s ipv4.dns %s".formatted(gateway, gateway))
        .orElse(", or give the interface " + address.get(2) + " a static one");
  }

  private Finding ports() {
    List<String> taken = new ArrayList<>();
    int ours = 0;
    TreeSet<Integer> planned = new TreeSet<>();
    nodes.forEach(node -> planned.addAll(List.of(node.port(), node.controlPort())));
    for (List<String> listener : facts.parts("listen", 3)) {
      int port = (int) BoardFacts.parseNumber(listener.getFirst()).orElse(0);
      if (!planned.contains(port)) {
        continue;
      }
      if (listener.get(1).startsWith("tanada")) {
        ours++;
      } else {
        String owner = listener.get(1).isEmpty() ? listener.get(2) : listener.get(1);
        taken.add(port + " by " + (owner.isEmpty() ? "something unknown" : owner));
      }
    }
    return taken.isEmpty()
        ? good("ports", ours == 0 ? "free" : "free, or ours")
        : bad(
            "ports",
            "in use: " + String.join(", ", taken),
            "its nodes need them: systemctl disable --now what has them");
  }
}
