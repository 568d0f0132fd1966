package org.tanada.deploy.board;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.database.DatabaseProfile;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Purpose;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The boards of an installation, as {@code deploy/boards/inventory.yml} describes them.
 *
 * @param boards in the order of the file
 * @param purposes of files beside the usual ones, or what is said of those, by their tiers
 * @param tls whether our services speak TLS with each other: others may share the boards' network
 */
public record Shelf(List<Board> boards, Map<String, Purpose> purposes, boolean tls) {
  private static final Pattern MEMORY = Pattern.compile("([0-9]{1,6}) ?(MB|GB)");
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Set<String> FIELDS =
      Set.of("address", "memory", "roles", "storage", "user", "port", "key");

  public Shelf {
    boards = List.copyOf(boards);
    purposes = Collections.unmodifiableMap(new LinkedHashMap<>(purposes));
    for (Board board : boards) {
      for (Role role : board.roles()) {
        if (role.kind() == Kind.STORAGE
            && !Purpose.shipped(role.tier())
            && !purposes.containsKey(role.tier())) {
          throw new IllegalArgumentException(
              "board %s: nothing is said of %s: add \"purposes: {%2$s: {}}\""
                  .formatted(board.name(), role.tier()));
        }
      }
    }
  }

  /** Boards with the usual purposes of files, whose services speak TLS with each other. */
  public Shelf(List<Board> boards) {
    this(boards, Map.of(), true);
  }

  /**
   * Reads an inventory of boards.
   *
   * @throws IllegalArgumentException if it is none; the message says which board and what is wrong
   */
  public static Shelf read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "there is no inventory of boards at " + file + ": copy deploy/boards/inventory.yml");
    }
    try {
      return parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  static Shelf parse(String yaml) {
    Object root;
    try {
      LoaderOptions options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      root = new Yaml(new SafeConstructor(options)).load(yaml);
    } catch (YAMLException e) {
      throw new IllegalArgumentException(
          "not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
    if (!(root instanceof Map<?, ?> map) || !(map.get("boards") instanceof Map<?, ?> given)) {
      throw new IllegalArgumentException("\"boards\" is missing");
    }
    List<Board> boards = new ArrayList<>();
    given.forEach((name, value) -> {
      try {
        boards.add(board(String.valueOf(name), value));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("board " + name + ": " + e.getMessage(), e);
      }
    });
    if (boards.isEmpty()) {
      throw new IllegalArgumentException("there are no boards in it");
    }
    return new Shelf(boards, purposes(map.get("purposes")), tls(map.get("inside-tls")));
  }

  private static boolean tls(@Nullable Object value) {
    if (value instanceof Boolean said) {
      return said;
    }
    if (value == null) {
      return true;
    }
    throw new IllegalArgumentException("inside-tls is true or false, not " + value);
  }

  /** As in a topology, without numbers of nodes: those are the boards that have the role. */
  private static Map<String, Purpose> purposes(@Nullable Object value) {
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> given)) {
      throw new IllegalArgumentException("purposes: {storage-contracts: {copies: 3}} is expected");
    }
    Map<String, Map<?, ?>> fields = new LinkedHashMap<>();
    given.forEach((name, said) -> {
      if (!Purpose.names(String.valueOf(name)) || !(said instanceof Map<?, ?> map)) {
        throw new IllegalArgumentException(
            "\"" + name + "\" is no purpose, as in storage-contracts: {copies: 3}");
      }
      fields.put(String.valueOf(name), map);
    });
    return Purpose.parse(fields);
  }

  private static Board board(String name, Object value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a name is lower-case letters, digits and hyphens");
    }
    if (!(value instanceof Map<?, ?> fields)) {
      throw new IllegalArgumentException("it needs address, memory and roles");
    }
    for (Object field : fields.keySet()) {
      if (!FIELDS.contains(String.valueOf(field))) {
        throw new IllegalArgumentException(
            "\"" + field + "\" is none of address, memory, roles, storage, user, port, key");
      }
    }
    String address = String.valueOf(fields.get("address"));
    if (fields.get("address") == null || !ADDRESS.matcher(address).matches()) {
      throw new IllegalArgumentException("it needs an address, as in address: 192.168.1.11");
    }
    if (!(fields.get("roles") instanceof List<?> roles) || roles.isEmpty()) {
      throw new IllegalArgumentException("it needs roles, as in roles: [app, edge/tokyo]");
    }
    Set<Role> distinct = new LinkedHashSet<>();
    for (Object role : roles) {
      if (!distinct.add(Role.parse(String.valueOf(role)))) {
        throw new IllegalArgumentException("the role " + role + " stands there twice");
      }
    }
    return new Board(
        name,
        address,
        megabytes(fields.get("memory")),
        List.copyOf(distinct),
        new Login(text(fields, "user"), port(fields.get("port")), text(fields, "key")),
        fields.get("storage") == null
            ? DatabaseProfile.SD_CARD
            : DatabaseProfile.of(text(fields, "storage")));
  }

  private static String text(Map<?, ?> fields, String name) {
    Object value = fields.get(name);
    return value == null ? "" : value.toString();
  }

  private static int port(@Nullable Object value) {
    if (value == null) {
      return 0;
    }
    if (value instanceof Integer port && port > 0) {
      return port;
    }
    throw new IllegalArgumentException("not a port: " + value);
  }

  private static int megabytes(@Nullable Object memory) {
    Matcher matcher = MEMORY.matcher(String.valueOf(memory).toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it needs a memory, as in memory: 4 GB or 512 MB");
    }
    int number = Integer.parseInt(matcher.group(1));
    return matcher.group(2).equals("GB") ? 1024 * number : number;
  }

  /**
   * The board of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the boards
   */
  public Board board(String name) {
    return boards.stream()
        .filter(board -> board.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no board \""
                    + name
                    + "\": "
                    + String.join(" ", boards.stream().map(Board::name).toList())));
  }
}
