package org.tanada.common.membership;

import java.io.IOException;
import java.io.Reader;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Membership from name resolution: every address record of a tier's hosts is a node. Fits compose's
 * {@code --scale}, Kubernetes' headless services and a LAN's DNS. A name that does not resolve is a
 * host without nodes.
 *
 * <p>A node's name is {@code tier-n}, where DNS numbers the hosts of a name ({@link HostNumbers}),
 * else {@code tier@address}. Where a tier lists several hosts, a node is called as its host is.
 *
 * <p>Which tiers there are is fixed, but for those of a file ({@code tier=hosts}, one a line) that
 * is read again when it changes: DNS alone cannot tell a cluster of databases that is down from one
 * that has been taken away.
 */
public final class DnsMembership implements Membership, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DnsMembership.class);

  /** An address may be given to another container: its number is asked for again. */
  private static final long NUMBER_NANOS = 5_000_000_000L;

  private final Map<String, String> fixed;
  private final @Nullable Path file;
  private final String services;
  private final Names names;
  private final Map<String, List<Node>> tiers = new ConcurrentHashMap<>();
  private final Map<InetAddress, Numbered> numbers = new HashMap<>();
  private final ScheduledExecutorService resolver;
  private volatile Map<String, String> hosts;
  private @Nullable FileTime read;

  /**
   * Resolves a tier when its nodes are first asked for, and then at the given interval: a process
   * calls few of the tiers, and each lookup is a request to the name server.
   *
   * @param hosts tier to {@code host:port}, or {@code host:port/controlPort} where control is
   *     apart; several hosts are separated by commas
   * @param file more of them, in place of those of the same tier; null for none
   * @param tls whether our services are called by TLS
   */
  public DnsMembership(
      Map<String, String> hosts, @Nullable Path file, Duration refresh, boolean tls) {
    this(hosts, file, refresh, tls, new SystemNames());
  }

  DnsMembership(
      Map<String, String> hosts, @Nullable Path file, Duration refresh, boolean tls, Names names) {
    this.services = tls ? "https" : "http";
    // The JVM caches names for 30 s by default, far longer than a node may be missing.
    java.security.Security.setProperty("networkaddress.cache.ttl", "0");
    java.security.Security.setProperty("networkaddress.cache.negative.ttl", "0");
    this.fixed = Map.copyOf(hosts);
    this.file = file;
    this.hosts = with(Map.of()); // what a file that cannot be read leaves in force
    this.names = names;
    this.resolver =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("membership-dns").factory());
    this.hosts = listed();
    resolver.scheduleWithFixedDelay(
        this::resolveAll, refresh.toMillis(), refresh.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public List<Node> nodes(String tier) {
    List<Node> known = tiers.get(tier);
    return known == null ? resolveFirst(tier) : known;
  }

  @Override
  public Set<String> tiers() {
    return hosts.keySet();
  }

  @Override
  public void close() {
    resolver.shutdownNow();
  }

  private synchronized List<Node> resolveFirst(String tier) {
    String targets = hosts.get(tier);
    return targets == null
        ? List.of()
        : tiers.computeIfAbsent(tier, asked -> resolve(asked, targets.split(",", -1)));
  }

  private synchronized void resolveAll() {
    Map<String, String> listed = listed();
    hosts = listed;
    tiers.keySet().retainAll(listed.keySet());
    listed.forEach((tier, targets) ->
        tiers.computeIfPresent(tier, (asked, before) -> resolve(asked, targets.split(",", -1))));
    long now = System.nanoTime();
    numbers.values().removeIf(number -> now - number.askedAt() > NUMBER_NANOS);
  }

  /** The tiers of now; if the file cannot be read, those of before. */
  private Map<String, String> listed() {
    Path more = file;
    if (more == null || !Files.exists(more)) {
      return hosts;
    }
    try {
      FileTime changed = Files.getLastModifiedTime(more);
      if (changed.equals(read)) {
        return hosts;
      }
      Properties lines = new Properties();
      try (Reader reader = Files.newBufferedReader(more)) {
        lines.load(reader);
      }
      read = changed;
      Map<String, String> found = new LinkedHashMap<>();
      lines.stringPropertyNames().forEach(tier -> found.put(tier, lines.getProperty(tier)));
      return with(found);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("the list of tiers {} cannot be read: {}", more, e.toString());
      return hosts;
    }
  }

  private Map<String, String> with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(fixed);
    all.putAll(more);
    all.values().removeIf(String::isBlank); // a tier that this installation does without
    return Map.copyOf(all);
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

  private Node node(String name, String tier, InetAddress address, String[] ports) {
    String scheme =
        tier.startsWith("mysql") ? "mysql" : tier.equals("memcached") ? "memcached" : services;
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
