package org.tanada.deploy.drill;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.network.Network;

/** An installation of one address to which nothing can be done but what a test allows. */
class StillInstallation implements Installation {
  private final URI frontDoor;

  StillInstallation(URI frontDoor) {
    this.frontDoor = frontDoor;
  }

  @Override
  public URI frontDoor() {
    return frontDoor;
  }

  @Override
  public List<String> nodes(String tier) {
    return List.of();
  }

  @Override
  public void kill(String node) {}

  @Override
  public void awaitReady(Duration limit) {}

  @Override
  public void hang(String node) {
    throw new UnsupportedOperationException(node);
  }

  @Override
  public void resume(String node) {
    throw new UnsupportedOperationException(node);
  }

  @Override
  public void readyToCut() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String cut(String node, Network.Side side, Network.Manner manner) {
    throw new UnsupportedOperationException(node);
  }

  @Override
  public void heal(String node) {
    throw new UnsupportedOperationException(node);
  }

  @Override
  public void delayReplicas(Duration delay) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Path> data(String node) {
    return Optional.empty();
  }

  @Override
  public void forgetAtEdges(List<String> paths) {}

  @Override
  public DataTier data() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void scale(String tier, int nodes) {
    throw new UnsupportedOperationException();
  }
}
