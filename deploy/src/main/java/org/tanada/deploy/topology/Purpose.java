package org.tanada.deploy.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an installation says of a purpose of files: of the tier {@code storage-NAME}. What it does
 * not say is left to storage-service.
 *
 * @param block where its ports begin, from the start of the nodes' block
 * @param open whether everybody may read its files; else a signed address is needed
 * @param copies of each file, 0 for the usual number
 * @param largest size of a file, as in {@code 50MB}; empty for the usual one
 * @param types media types that are taken; none means any
 * @param s3 settings of the bucket that its files are in, by their names in the topology; none: on
 *     the nodes' disks
 * @param writes while its files are moved between disks and bucket: where new ones go, {@code disk}
 *     or {@code s3}; else empty
 */
public record Purpose(
    int block,
    boolean open,
    int copies,
    String largest,
    List<String> types,
    Map<String, String> s3,
    String writes) {
  /** On the nodes' disks. */
  public static final String DISK = "disk";

  /** In a bucket. */
  public static final String S3 = "s3";

  /** Those that the product has, each with the place of its ports. */
  private static final Map<String, Integer> SHIPPED =
      new TreeMap<>(Map.of("profiles", 500, "invoices", 530, "videos", 560));

  /** The one of them that everybody may read unless the topology says otherwise. */
  private static final String OPEN = "profiles";

  private static final String PREFIX = "storage-";
  private static final String WRITES = "writes";
  private static final Pattern TIER = Pattern.compile(PREFIX + "[a-z][a-z0-9]{0,30}");
  private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,9}(B|KB|MB|GB)");
  private static final Pattern TYPE =
      Pattern.compile("[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,100}");
  private static final int FIRST_BLOCK = 810;
  private static final int BLOCK = 10;
  private static final int LAST_BLOCK = 880;
  private static final Set<String> KEYS =
      Set.of("nodes", "port", "public", "copies", "largest", "types", S3, WRITES);
  private static final Set<String> S3_NEEDED = Set.of("region", "bucket", "credentials");
  private static final Set<String> S3_KEYS =
      Set.of("endpoint", "region", "bucket", "prefix", "path-style", "credentials");

  public Purpose {
    types = List.copyOf(types);
    s3 = java.util.Collections.unmodifiableMap(new TreeMap<>(s3));
    if (copies < 0 || copies > 9) {
      throw new IllegalArgumentException("copies are 1 to 9, not " + copies);
    }
    if (!largest.isEmpty() && !SIZE.matcher(largest).matches()) {
      throw new IllegalArgumentException("\"" + largest + "\" is no size, as in largest: 50MB");
    }
    types.forEach(type -> {
      if (!TYPE.matcher(type).matches()) {
        throw new IllegalArgumentException("\"" + type + "\" is no type, as in application/pdf");
      }
    });
    if (!s3.isEmpty()
        && !(S3_KEYS.containsAll(s3.keySet()) && s3.keySet().containsAll(S3_NEEDED))) {
      throw new IllegalArgumentException(
          "s3 needs region, bucket and credentials (a file); endpoint, prefix and path-style may be"
              + " given");
    }
    String credentials = s3.getOrDefault("credentials", "/");
    if (!credentials.startsWith("/")) {
      throw new IllegalArgumentException(
          "s3's credentials are a file by its whole path, not \"" + credentials + "\"");
    }
    if (!writes.isEmpty() && (s3.isEmpty() || !List.of(DISK, S3).contains(writes))) {
      throw new IllegalArgumentException(
          "writes is disk or s3, while files move between the disks and the bucket of s3");
    }
  }

  /** Whether a tier's name is that of a purpose. */
  public static boolean names(String tier) {
    return TIER.matcher(tier).matches();
  }

  /** The tiers of the purposes that the product needs. */
  public static List<String> neededTiers() {
    return SHIPPED.keySet().stream().map(name -> PREFIX + name).toList();
  }

  /** Whether the product brings it, and the compose files with it. */
  public static boolean shipped(String tier) {
    return neededTiers().contains(tier);
  }

  /** The name of a tier's purpose. */
  public static String name(String tier) {
    return tier.substring(PREFIX.length());
  }

  /** A purpose of which nothing is said, as the first one that is added if it is not shipped. */
  public static Purpose usual(String tier) {
    return usual(tier, SHIPPED.getOrDefault(name(tier), FIRST_BLOCK));
  }

  private static Purpose usual(String tier, int block) {
    return new Purpose(block, name(tier).equals(OPEN), 0, "", List.of(), Map.of(), "");
  }

  /** Where its new files go: {@value #DISK} or {@value #S3}. */
  public String backend() {
    return !writes.isEmpty() ? writes : s3.isEmpty() ? DISK : S3;
  }

  /** The other place. */
  public static String other(String backend) {
    return backend.equals(DISK) ? S3 : DISK;
  }

  /** The same with all files in one place; the settings of the bucket are kept for that alone. */
  public Purpose in(String backend) {
    return with(backend.equals(DISK) ? Map.of() : s3, "");
  }

  /** The same while its files move between the disks and a bucket. */
  public Purpose moving(Map<String, String> bucket, String newFiles) {
    return with(bucket, newFiles);
  }

  private Purpose with(Map<String, String> bucket, String newFiles) {
    return new Purpose(block, open, copies, largest, types, bucket, newFiles);
  }

  /** How many nodes there is room for. */
  int mostNodes() {
    return block < FIRST_BLOCK ? 29 : BLOCK - 1;
  }

  /**
   * The purposes of some tiers, each with what is said of it and a place for its ports.
   *
   * @param given by tier: its fields
   * @throws IllegalArgumentException if something is wrong with one; the message says what
   */
  public static Map<String, Purpose> parse(Map<String, Map<?, ?>> given) {
    List<Integer> taken = new ArrayList<>();
    given.forEach((tier, fields) -> {
      if (fields.get("port") instanceof Integer port) {
        taken.add(port);
      }
    });
    Map<String, Purpose> purposes = new LinkedHashMap<>();
    given.forEach((tier, fields) -> {
      try {
        purposes.put(tier, parse(tier, fields, taken));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("tier " + tier + ": " + e.getMessage(), e);
      }
    });
    return purposes;
  }

  private static Purpose parse(String tier, Map<?, ?> fields, List<Integer> taken) {
    for (Object key : fields.keySet()) {
      if (!KEYS.contains(String.valueOf(key))) {
        throw new IllegalArgumentException(
            "\"" + key + "\" is none of nodes, public, copies, largest, types, s3, port, writes");
      }
    }
    if (fields.get("public") != null && !(fields.get("public") instanceof Boolean)) {
      throw new IllegalArgumentException("public is true or false");
    }
    if (fields.get("copies") != null && !(fields.get("copies") instanceof Integer)) {
      throw new IllegalArgumentException("copies is a number");
    }
    Map<String, String> s3 = new TreeMap<>();
    if (fields.get("s3") instanceof Map<?, ?> said) {
      said.forEach((key, value) -> s3.put(String.valueOf(key), String.valueOf(value)));
    }
    return new Purpose(
        block(tier, fields, taken),
        fields.get("public") instanceof Boolean open ? open : usual(tier).open(),
        fields.get("copies") instanceof Integer copies ? copies : 0,
        fields.get("largest") == null ? "" : String.valueOf(fields.get("largest")),
        fields.get("types") instanceof List<?> types
            ? types.stream().map(String::valueOf).toList()
            : List.of(),
        s3,
        fields.get(WRITES) == null ? "" : String.valueOf(fields.get(WRITES)));
  }

  private static int block(String tier, Map<?, ?> fields, List<Integer> taken) {
    Integer shipped = SHIPPED.get(name(tier));
    if (shipped != null) {
      return shipped;
    }
    if (fields.get("port") instanceof Integer port) {
      if (port < FIRST_BLOCK || port > LAST_BLOCK || port % BLOCK != 0) {
        throw new IllegalArgumentException(
            "port is %d, %d, … or %d".formatted(FIRST_BLOCK, FIRST_BLOCK + BLOCK, LAST_BLOCK));
      }
      return port;
    }
    for (int block = FIRST_BLOCK; block <= LAST_BLOCK; block += BLOCK) {
      if (!taken.contains(block)) {
        taken.add(block);
        return block;
      }
    }
    throw new IllegalArgumentException(
        "there is room for 8 purposes beside those that are shipped");
  }

  /** The fields of its tier as YAML, without those that are as usual; begins with a comma. */
  String yaml(String tier) {
    StringBuilder yaml = new StringBuilder();
    Purpose usual = usual(tier, block);
    if (!SHIPPED.containsKey(name(tier))) {
      yaml.append(", port: ").append(block);
    }
    if (open != usual.open) {
      yaml.append(", public: ").append(open);
    }
    if (copies > 0) {
      yaml.append(", copies: ").append(copies);
    }
    if (!largest.isEmpty()) {
      yaml.append(", largest: ").append(largest);
    }
    if (!types.isEmpty()) {
      yaml.append(", types: [").append(String.join(", ", types)).append(']');
    }
    if (!s3.isEmpty()) {
      yaml.append(", s3: {");
      String comma = "";
      for (Map.Entry<String, String> each : s3.entrySet()) {
        String value = each.getValue().replace("'", "''");
        yaml.append(comma).append(each.getKey()).append(": '").append(value).append('\'');
        comma = ", ";
      }
      yaml.append('}');
    }
    if (!writes.isEmpty()) {
      yaml.append(", writes: ").append(writes);
    }
    return yaml.toString();
  }

  /** What is said of it, as environment variables of its nodes. */
  Map<String, String> environment() {
    Map<String, String> env = new LinkedHashMap<>();
    if (copies > 0) {
      env.put("TANADA_STORAGE_COPIES", Integer.toString(copies));
    }
    if (!largest.isEmpty()) {
      env.put("TANADA_STORAGE_MAXBLOBSIZE", largest);
    }
    if (!types.isEmpty()) {
      env.put("TANADA_STORAGE_TYPES", String.join(",", types));
    }
    if (!s3.isEmpty()) {
      env.put("TANADA_STORAGE_BACKEND", backend());
      if (!writes.isEmpty()) {
        env.put("TANADA_STORAGE_OTHERBACKEND", other(writes));
      }
      s3.forEach((key, value) ->
          env.put(
              "TANADA_STORAGE_S3_" + key.replace("-", "").toUpperCase(java.util.Locale.ROOT),
              value));
    }
    return env;
  }

  /**
   * What nodes are told of the purposes of an installation, as environment variables: nothing while
   * they are those that the services know by themselves.
   *
   * @param tier of the node that is told
   * @param purposes by tier
   */
  public static Map<String, String> settings(String tier, Map<String, Purpose> purposes) {
    Map<String, String> env = new LinkedHashMap<>();
    Kind kind = Kind.ofTier(tier);
    boolean known =
        purposes.entrySet().stream()
            .allMatch(each ->
                shipped(each.getKey()) && each.getValue().open == usual(each.getKey()).open);
    if (!known && kind == Kind.EDGE) {
      env.put("TANADA_EDGE_PUBLICPURPOSES", names(purposes, true));
      env.put("TANADA_EDGE_SIGNEDPURPOSES", names(purposes, false));
    }
    Purpose own = purposes.get(tier);
    if (own != null) {
      if (!known) {
        env.put("TANADA_STORAGE_PUBLICPURPOSES", names(purposes, true));
      }
      env.putAll(own.environment());
    }
    return env;
  }

  private static String names(Map<String, Purpose> purposes, boolean open) {
    return String.join(
        ",",
        purposes.entrySet().stream()
            .filter(each -> each.getValue().open == open)
            .map(each -> name(each.getKey()))
            .sorted()
            .toList());
  }
}
