package org.tanada.common.membership;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Membership from name resolution: every address record of a tier's host is a node. Fits compose's
 * {@code --scale}, Kubernetes' headless services and a LAN's DNS. A name that does not resolve is a
 * tier without nodes.
 */
public final class DnsMembership implements Membership, AutoCloseable {
  private final Map<String, String> hosts;
  private final Map<String, List<Node>> tiers = new ConcurrentHashMap<>();
  private final ScheduledExecutorService resolver;

  /**
   * Resolves at once and then at the given interval.
   *
   * @param hosts tier to {@code host:port}, or {@code host:port/controlPort} where control is apart
   */
  public DnsMembership(Map<String, String> hosts, Duration refresh) {
    // The JVM caches names for 30 s by default, far longer than a node may be missing.
    java.security.Security.setProperty("networkaddress.cache.ttl", "0");
    java.security.Security.setProperty("networkaddress.cache.negative.ttl", "0");
    this.hosts = new LinkedHashMap<>(hosts);
    this.resolver =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("membership-dns").factory());
    resolveAll();
    resolver.scheduleWithFixedDelay(
        this::resolveAll, refresh.toMillis(), refresh.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public List<Node> nodes(String tier) {
    return tiers.getOrDefault(tier, List.of());
  }

  @Override
  public Set<String> tiers() {
    return hosts.keySet();
  }

  @Override
  public void close() {
    resolver.shutdownNow();
  }

  private void resolveAll() {
    hosts.forEach((tier, host) -> tiers.put(tier, resolve(tier, host)));
  }

  private static List<Node> resolve(String tier, String target) {
    int colon = target.lastIndexOf(':');
    String host = target.substring(0, colon);
    String[] ports = target.substring(colon + 1).split("/", -1);
    String scheme =
        tier.startsWith("mysql") ? "mysql" : tier.equals("memcached") ? "memcached" : "http";
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      return List.of();
    }
    Arrays.sort(addresses, Comparator.comparing(InetAddress::getHostAddress));
    List<Node> nodes = new ArrayList<>();
    for (InetAddress address : addresses) {
      String literal =
          address instanceof Inet6Address
              ? "[" + address.getHostAddress() + "]"
              : address.getHostAddress();
      URI data = URI.create(scheme + "://" + literal + ":" + ports[0]);
      URI control =
          ports.length == 1 ? data : URI.create(scheme + "://" + literal + ":" + ports[1]);
      nodes.add(new Node(tier + "@" + address.getHostAddress(), data, control, Map.of()));
    }
    return List.copyOf(nodes);
  }
}
