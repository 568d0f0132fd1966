package org.tanada.common.membership;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Membership from name resolution: every address record of a tier's hosts is a node. Fits compose's
 * {@code --scale}, Kubernetes' headless services and a LAN's DNS. A name that does not resolve is a
 * host without nodes.
 *
 * <p>A node's name is {@code tier-n}, where DNS numbers the hosts of a name ({@link HostNumbers}),
 * else {@code tier@address}. Where a tier lists several hosts, a node is called as its host is.
 */
public final class DnsMembership implements Membership, AutoCloseable {
  /** An address may be given to another container: its number is asked for again. */
  private static final long NUMBER_NANOS = 5_000_000_000L;

  private final Map<String, String> hosts;
  private final Names names;
  private final Map<String, List<Node>> tiers = new ConcurrentHashMap<>();
  private final Map<InetAddress, Numbered> numbers = new HashMap<>();
  private final ScheduledExecutorService resolver;

  /**
   * Resolves at once and then at the given interval.
   *
   * @param hosts tier to {@code host:port}, or {@code host:port/controlPort} where control is
   *     apart; several hosts are separated by commas
   */
  public DnsMembership(Map<String, String> hosts, Duration refresh) {
    this(hosts, refresh, new SystemNames());
  }

  DnsMembership(Map<String, String> hosts, Duration refresh, Names names) {
    // The JVM caches names for 30 s by default, far longer than a node may be missing.
    java.security.Security.setProperty("networkaddress.cache.ttl", "0");
    java.security.Security.setProperty("networkaddress.cache.negative.ttl", "0");
    this.hosts = new LinkedHashMap<>(hosts);
    this.hosts.values().removeIf(String::isBlank); // a tier that this installation does without
    this.names = names;
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

  private synchronized void resolveAll() {
    hosts.forEach((tier, targets) -> tiers.put(tier, resolve(tier, targets.split(",", -1))));
    long now = System.nanoTime();
    numbers.values().removeIf(number -> now - number.askedAt() > NUMBER_NANOS);
  }

  private List<Node> resolve(String tier, String[] targets) {
    List<Node> nodes = new ArrayList<>();
    for (String target : targets) {
      int colon = target.lastIndexOf(':');
      String host = target.substring(0, colon).strip();
      String[] ports = target.substring(colon + 1).strip().split("/", -1);
      InetAddress[] addresses = addresses(host);
      for (InetAddress address : addresses) {
        boolean called = targets.length > 1 && addresses.length == 1;
        nodes.add(node(called ? host : name(tier, address), tier, address, ports));
      }
    }
    return List.copyOf(nodes);
  }

  private InetAddress[] addresses(String host) {
    try {
      InetAddress[] addresses = names.addresses(host);
      Arrays.sort(addresses, Comparator.comparing(InetAddress::getHostAddress));
      return addresses;
    } catch (UnknownHostException e) {
      return new InetAddress[0];
    }
  }

  private static Node node(String name, String tier, InetAddress address, String[] ports) {
    String scheme =
        tier.startsWith("mysql") ? "mysql" : tier.equals("memcached") ? "memcached" : "http";
    String literal =
        address instanceof Inet6Address
            ? "[" + address.getHostAddress() + "]"
            : address.getHostAddress();
    URI data = URI.create(scheme + "://" + literal + ":" + ports[0]);
    URI control = ports.length == 1 ? data : URI.create(scheme + "://" + literal + ":" + ports[1]);
    return new Node(name, data, control, Map.of());
  }

  private String name(String tier, InetAddress address) {
    OptionalInt number =
        numbers
            .computeIfAbsent(address, asked -> new Numbered(names.number(asked), System.nanoTime()))
            .value();
    return number.isPresent()
        ? tier + "-" + number.getAsInt()
        : tier + "@" + address.getHostAddress();
  }

  /** What DNS knows. */
  interface Names {
    /** All addresses of a host. */
    InetAddress[] addresses(String host) throws UnknownHostException;

    /** Which one of its service the host at the address is. */
    OptionalInt number(InetAddress address);
  }

  private static final class SystemNames implements Names {
    @Override
    public InetAddress[] addresses(String host) throws UnknownHostException {
      return InetAddress.getAllByName(host);
    }

    @Override
    public OptionalInt number(InetAddress address) {
      return HostNumbers.ask(address);
    }
  }

  private record Numbered(OptionalInt value, long askedAt) {}
}
