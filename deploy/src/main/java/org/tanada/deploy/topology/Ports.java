package org.tanada.deploy.topology;

/**
 * Where the nodes of a native installation listen; {@code docs/internals.md} has the table.
 *
 * @param base start of a block of 900 ports, 9000 unless moved
 * @param http port of the front door
 * @param https TLS port of the front door
 */
public record Ports(int base, int http, int https) {
  /** The documented ports. */
  public static final Ports DEFAULT = new Ports(9000, 8080, 8443);

  /** Shard clusters that the block of ports has room for. */
  static final int MOST_CLUSTERS = 9;

  public Ports {
    check("--port-base", base, 65535 - 900);
    check("--http-port", http, 65535);
    check("--https-port", https, 65535);
    if (http == https) {
      throw new IllegalArgumentException("--http-port and --https-port are the same: " + http);
    }
    if (inside(base, http) || inside(base, https)) {
      throw new IllegalArgumentException(
          "the front door's ports lie within the nodes' block "
              + base
              + "–"
              + (base + 899)
              + ": choose others with --http-port, --https-port");
    }
  }

  private static boolean inside(int base, int port) {
    return port >= base && port < base + 900;
  }

  private static void check(String option, int port, int most) {
    if (port < 1 || port > most) {
      throw new IllegalArgumentException(option + " is 1 to " + most + ", not " + port);
    }
  }

  /** Most nodes that the block of ports has room for. */
  static int most(Kind kind) {
    return switch (kind) {
      case EDGE, LB, ROUTER -> 49;
      case APP, AUTH, MEMCACHED -> 99;
      case STORAGE -> 29;
      case MYSQL -> 9;
      case NGINX, BACKUP -> 1;
    };
  }

  /** Port of a node's data path. */
  int data(Tier tier, int index) {
    return switch (tier.kind()) {
      case EDGE -> base + index;
      case APP -> base + 100 + index;
      case LB -> base + 200 + index;
      case AUTH -> base + 300 + index;
      case ROUTER -> base + 400 + index;
      case STORAGE -> base + block(tier) + index;
      case MYSQL -> base + 600 + 10 * cluster(tier.name()) + index;
      case MEMCACHED -> base + 700 + index;
      case BACKUP -> base + 890;
      case NGINX -> http;
    };
  }

  /** Port of a node's control side: the data port where they are one. */
  int control(Tier tier, int index) {
    return switch (tier.kind()) {
      case EDGE -> base + 50 + index;
      case LB -> base + 250 + index;
      case ROUTER -> base + 450 + index;
      case NGINX -> https;
      default -> data(tier, index);
    };
  }

  /** Port of the read-only SQL balancer of a shard cluster. */
  public int readOnlySql(int cluster) {
    return base + 800 + cluster;
  }

  private static int block(Tier tier) {
    Purpose purpose = tier.purpose();
    if (purpose == null) {
      throw new IllegalArgumentException(tier.name() + " holds no files");
    }
    return purpose.block();
  }

  /** Number of a shard cluster: 2 for {@code mysql-2}. */
  public static int cluster(String tier) {
    return Integer.parseInt(tier.substring(tier.lastIndexOf('-') + 1));
  }
}
