package org.tanada.storage.replica;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.tanada.common.blob.BlobPlacement;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TierClients;
import org.tanada.common.http.TraceContext;
import org.tanada.common.membership.LiveTier;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.StorageProperties;

/** The nodes of this purpose as this one sees them. */
@Component
class Peers {
  private static final Logger log = LoggerFactory.getLogger(Peers.class);

  private final TierClients clients;
  private final Membership membership;
  private final LiveTier live;
  private final String tier;
  private final String name;
  private final int port;
  private final int copies;

  Peers(
      TierClients clients,
      Membership membership,
      StorageProperties storage,
      NodeProperties node,
      @Value("${server.port:8080}") int port) {
    this.clients = clients;
    this.membership = membership;
    this.tier = "storage-" + storage.purpose();
    this.live = clients.tiers().tier(tier);
    this.name = node.node();
    this.port = port;
    this.copies = storage.copies();
  }

  /** All nodes listed, this one included if it is. */
  List<Node> listed() {
    return membership.nodes(tier);
  }

  /** The other nodes that are up. */
  List<Node> up() {
    List<Node> listed = listed();
    List<Node> up = new ArrayList<>(live.up());
    up.removeIf(node -> self(node, listed));
    return up;
  }

  /** All other nodes listed. */
  List<Node> others() {
    List<Node> listed = listed();
    return listed.stream().filter(node -> !self(node, listed)).toList();
  }

  /** The other nodes that are up and take files, in the order in which they are to. */
  List<Node> takers(long id) {
    List<Node> listed = listed();
    List<Node> there = new ArrayList<>(up());
    listed.stream().filter(node -> self(node, listed)).forEach(there::add); // its board is taken
    return BlobPlacement.order(id, there).stream()
        .filter(node -> !self(node, listed) && !BlobPlacement.draining(node))
        .toList();
  }

  /** The other nodes that are up, in the order in which they are to hold the file. */
  List<Node> up(long id) {
    return BlobPlacement.order(id, up());
  }

  /** Of this node, if it is listed, and the others that are up: those that are to hold the file. */
  List<Node> holders(long id) {
    List<Node> listed = listed();
    List<Node> there = new ArrayList<>(live.up());
    listed.stream()
        .filter(node -> self(node, listed) && !there.contains(node))
        .forEach(there::add); // whoever runs this is up, whatever the probes say
    return first(BlobPlacement.order(id, staying(there)));
  }

  /** The nodes that are to hold the file when every listed one is up. */
  List<Node> ideal(long id) {
    return first(BlobPlacement.order(id, staying(listed())));
  }

  /** How many copies there are to be: as configured, or as there are nodes. */
  int wanted() {
    return Math.clamp(staying(listed()).size(), 1, copies);
  }

  /** Whether the listed node is this one. */
  boolean self(Node node) {
    return self(node, listed());
  }

  /** A node could not be reached. */
  void lost(Node node, IOException e) {
    log.warn("node {} failed: {}", node.name(), e.toString());
    live.reportFailure(node);
  }

  HttpClient http() {
    return clients.http();
  }

  /** A request to a node, with credential and trace. */
  HttpRequest.Builder request(Node node, String path) {
    return HttpRequest.newBuilder(node.address().resolve(path))
        .header(TanadaHeaders.SERVICE_CREDENTIAL, clients.credential(tier))
        .header(TanadaHeaders.TRACEPARENT, TraceContext.outgoing());
  }

  /** The problem that a node answered with. */
  ProblemException problem(int status, byte[] body) {
    return clients.problem(status, body);
  }

  private List<Node> first(List<Node> order) {
    return order.subList(0, Math.min(copies, order.size()));
  }

  /** Those that are not to be emptied, or all if all are. */
  private static List<Node> staying(List<Node> nodes) {
    List<Node> staying = nodes.stream().filter(node -> !BlobPlacement.draining(node)).toList();
    return staying.isEmpty() ? nodes : staying;
  }

  /** By name; where names are made of addresses (dns), by address and port. */
  private boolean self(Node node, List<Node> listed) {
    if (listed.stream().anyMatch(any -> any.name().equals(name))) {
      return node.name().equals(name);
    }
    URI address = node.address();
    if (!node.name().contains("@") || address.getPort() != port) {
      return false;
    }
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName(address.getHost())) != null;
    } catch (IOException e) {
      return false; // an address that this machine does not have
    }
  }
}
