package org.tanada.common.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnsMembershipTests {
  private final FakeDns dns = new FakeDns();

  @Test
  void everyAddressOfANameIsANodeWithItsNumber() throws Exception {
    dns.hosts.put("app-service", List.of("10.0.0.7", "10.0.0.3"));
    dns.pointers.put("10.0.0.7", "tanada-app-service-1.tanada_services");
    dns.pointers.put("10.0.0.3", "tanada-app-service-2.tanada_services");

    try (DnsMembership membership = membership(Map.of("app", "app-service:9101"))) {
      assertThat(membership.nodes("app")).extracting(Node::name).containsExactly("app-2", "app-1");
      assertThat(membership.nodes("app").getFirst().address())
          .isEqualTo(URI.create("http://10.0.0.3:9101"));
    }
  }

  @Test
  void aTierOfSeveralHostsIsCalledByThem() throws Exception {
    dns.hosts.put("mysql-1-a", List.of("10.0.0.9"));
    dns.hosts.put("mysql-1-b", List.of("10.0.0.2"));

    try (DnsMembership membership =
        membership(Map.of("mysql-1", "mysql-1-a:3306, mysql-1-b:3306"))) {
      assertThat(membership.nodes("mysql-1"))
          .extracting(Node::name)
          .containsExactly("mysql-1-a", "mysql-1-b");
      assertThat(membership.nodes("mysql-1").getFirst().address())
          .isEqualTo(URI.create("mysql://10.0.0.9:3306"));
    }
  }

  @Test
  void anAddressWithoutANumberIsItsOwnName() throws Exception {
    dns.hosts.put("cdn-node", List.of("10.0.0.5"));
    dns.pointers.put("10.0.0.5", "10-0-0-5.cdn-node.default.svc.cluster.local");

    try (DnsMembership membership = membership(Map.of("edge", "cdn-node:9001/9051"))) {
      Node edge = membership.nodes("edge").getFirst();
      assertThat(edge.name()).isEqualTo("edge@10.0.0.5");
      assertThat(edge.control()).isEqualTo(URI.create("http://10.0.0.5:9051"));
    }
  }

  @Test
  void whoComesAndGoesIsSeen() throws Exception {
    try (DnsMembership membership = membership(Map.of("app", "app-service:9101"))) {
      assertThat(membership.nodes("app")).isEmpty();
      assertThat(membership.tiers()).containsExactly("app");

      dns.hosts.put("app-service", List.of("10.0.0.7"));
      Eventually.holds(() -> membership.nodes("app").size() == 1);

      dns.hosts.clear();
      Eventually.holds(() -> membership.nodes("app").isEmpty());
    }
  }

  @Test
  void tiersOfTheFileComeAndGo(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("tiers");
    dns.hosts.put("mysql-1-a", List.of("10.0.0.1"));
    dns.hosts.put("mysql-3-a", List.of("10.0.0.3"));
    Map<String, String> fixed = Map.of("mysql-1", "mysql-1-a:3306", "mysql-2", "mysql-2-a:3306");
    try (DnsMembership membership =
        new DnsMembership(fixed, file, Duration.ofMillis(20), false, dns)) {
      assertThat(membership.tiers()).containsExactlyInAnyOrder("mysql-1", "mysql-2");

      replace(file, "mysql-2=\nmysql-3=mysql-3-a:3306,mysql-3-b:3306\n");
      Eventually.holds(() -> membership.tiers().equals(Set.of("mysql-1", "mysql-3")));
      assertThat(membership.nodes("mysql-3")).extracting(Node::name).containsExactly("mysql-3-a");
      assertThat(membership.nodes("mysql-2")).isEmpty();

      dns.hosts.remove("mysql-3-a"); // down, and still a cluster
      Eventually.holds(() -> membership.nodes("mysql-3").isEmpty());
      assertThat(membership.tiers()).contains("mysql-3");

      replace(file, "mysql-2=\n");
      Eventually.holds(() -> membership.tiers().equals(Set.of("mysql-1")));
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling("next");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private DnsMembership membership(Map<String, String> hosts) {
    return new DnsMembership(hosts, null, Duration.ofMillis(20), false, dns);
  }

  private static final class FakeDns implements DnsMembership.Names {
    final Map<String, List<String>> hosts = new ConcurrentHashMap<>();
    final Map<String, String> pointers = new ConcurrentHashMap<>();

    @Override
    public InetAddress[] addresses(String host) throws UnknownHostException {
      List<String> addresses = hosts.get(host);
      if (addresses == null) {
        throw new UnknownHostException(host);
      }
      InetAddress[] found = new InetAddress[addresses.size()];
      for (int i = 0; i < found.length; i++) {
        found[i] = InetAddress.getByName(addresses.get(i));
      }
      return found;
    }

    @Override
    public OptionalInt number(InetAddress address) {
      String pointer = pointers.get(address.getHostAddress());
      return pointer == null ? OptionalInt.empty() : HostNumbers.of(pointer);
    }
  }
}
