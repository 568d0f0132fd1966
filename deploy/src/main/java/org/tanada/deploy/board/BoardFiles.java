package org.tanada.deploy.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.container.ContainerSetup;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/**
 * All that a board with Docker needs beside the images, in a directory to copy there: settings, the
 * list of nodes, the secrets of its own roles, and room for data. Written again, it keeps what the
 * board has added.
 */
public final class BoardFiles {
  private final Home home;
  private final Shelf shelf;

  /**
   * The files of a shelf.
   *
   * @param home where the shelf's secrets and authority are kept, the same for all its boards
   */
  public BoardFiles(Home home, Shelf shelf) {
    this.home = home;
    this.shelf = shelf;
  }

  /** Writes those of a board. */
  public void write(Board board, Path directory) throws IOException {
    BoardPlan plan = BoardPlan.of(shelf);
    Secrets secrets = new Secrets(home);
    secrets.make();
    StateFiles.privateDirectory(directory);
    StateFiles.write(
        directory.resolve("board.env"), String.join("\n", plan.environment(board)) + "\n");
    String shipped = Files.readString(home.root().resolve("deploy/boards/compose.yml"));
    StateFiles.write(directory.resolve("compose.yml"), BoardCompose.of(shipped, plan));
    StateFiles.privateDirectory(directory.resolve("shared"));
    StateFiles.write(directory.resolve("shared/nodes.yml"), Inventory.text(plan.listed()));
    for (PlannedNode node : plan.nodes(board)) {
      files(node, secrets, directory, plan);
    }
  }

  private void files(PlannedNode node, Secrets secrets, Path directory, BoardPlan plan)
      throws IOException {
    Path data = directory.resolve("data");
    switch (node.kind()) {
      case NGINX -> front(secrets, directory, plan);
      case EDGE, STORAGE -> StateFiles.privateDirectory(data.resolve(node.name()));
      case MYSQL -> {
        StateFiles.privateDirectory(data.resolve(node.name()));
        StateFiles.privateDirectory(data.resolve(node.name() + ".cluster"));
      }
      case LB, APP, AUTH, ROUTER, MEMCACHED, BACKUP -> {}
    }
    if (node.kind() != Kind.NGINX && node.kind() != Kind.MEMCACHED) {
      StateFiles.privateDirectory(directory.resolve("secrets"));
      secrets.give(
          node.kind(), directory.resolve("secrets").resolve(ContainerSetup.volume(node.kind())));
    }
    if (node.tls()) {
      InsideTrust.give(
          home, directory.resolve("secrets").resolve(ContainerSetup.volume(node.kind())));
    }
  }

  /** The front door shows a certificate; the authority's key does not leave the operator. */
  private void front(Secrets secrets, Path directory, BoardPlan plan) throws IOException {
    StateFiles.privateDirectory(directory.resolve("front"));
    ContainerSetup.certify(home, plan.regions(), plan.hostNames(), directory.resolve("front"));
    Path brought = directory.resolve("state/secrets");
    StateFiles.privateDirectory(directory.resolve("state"));
    StateFiles.privateDirectory(brought);
    StateFiles.write(
        brought.resolve(ServiceKeyring.FRONT), secrets.serviceKeys().own(ServiceName.FRONT));
  }
}
