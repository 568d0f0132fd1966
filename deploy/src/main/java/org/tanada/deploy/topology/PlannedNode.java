package org.tanada.deploy.topology;

import java.net.URI;
import java.util.Objects;

/**
 * One node as the topology plans it.
 *
 * @param name {@code tier-n}: {@code app-2}; {@code mysql-1-a}
 * @param tier its tier's name
 * @param index 1, 2, … within the tier
 * @param port where its callers reach it
 * @param controlPort where its {@code /actuator} is; the TLS port of nginx
 * @param region of an edge; empty otherwise
 * @param host address of the machine that it runs on
 * @param tls whether it speaks TLS, if it is a service of ours
 */
public record PlannedNode(
    String name,
    String tier,
    int index,
    int port,
    int controlPort,
    String region,
    String host,
    boolean tls) {
  private static final String LOCAL = "127.0.0.1";

  public PlannedNode {
    host = Objects.requireNonNullElse(host, LOCAL); // state files of before do not name it
    if (controlPort == port && Kind.ofTier(tier) == Kind.ROUTER) {
      controlPort = port + 50; // state files of before have one port for both
    }
  }

  /** On this very machine. */
  public PlannedNode(
      String name, String tier, int index, int port, int controlPort, String region) {
    this(name, tier, index, port, controlPort, region, LOCAL, false);
  }

  /** The same on another machine. */
  public PlannedNode on(String otherHost) {
    return new PlannedNode(name, tier, index, port, controlPort, region, otherHost, tls);
  }

  /** The same behind another port. */
  public PlannedNode at(int otherPort) {
    return new PlannedNode(name, tier, index, otherPort, controlPort, region, host, tls);
  }

  /** The same, speaking TLS or plain HTTP if it is a service of ours. */
  public PlannedNode speaking(boolean withTls) {
    return new PlannedNode(
        name, tier, index, port, controlPort, region, host, withTls && kind().service());
  }

  /** Plans the given node of a tier. */
  public static PlannedNode of(Tier tier, int index, Ports ports) {
    String region =
        tier.regions().isEmpty() ? "" : tier.regions().get((index - 1) % tier.regions().size());
    String suffix =
        tier.kind() == Kind.MYSQL ? String.valueOf((char) ('a' + index - 1)) : "" + index;
    return new PlannedNode(
        tier.name() + "-" + suffix,
        tier.name(),
        index,
        ports.data(tier, index),
        ports.control(tier, index),
        region);
  }

  /** What it is. */
  public Kind kind() {
    return Kind.ofTier(tier);
  }

  /** Whether it is a database that follows another. */
  public boolean replica() {
    return kind() == Kind.MYSQL && index > 1;
  }

  /** Where callers reach it. */
  public URI address() {
    String scheme =
        switch (kind()) {
          case MYSQL -> "mysql";
          case MEMCACHED -> "memcached";
          default -> scheme();
        };
    return URI.create(scheme + "://" + host + ":" + port);
  }

  /** Where its control side is. */
  public URI control() {
    return kind().service() ? URI.create(scheme() + "://" + host + ":" + controlPort) : address();
  }

  private String scheme() {
    return tls ? "https" : "http";
  }
}
