package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.backup.Export;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The compose file says what the topology says, and keeps its promises about containment. */
class ComposeFileTests {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_0-9]+)(:?[-+])([^${}]*)}");

  /** The clone that the tests run in. */
  static Path root() {
    return Files.isDirectory(Path.of("nginx")) ? Path.of("") : Path.of("..");
  }

  @Test
  void theNumbersOfNodesAreTheTopologysOnes() throws IOException {
    assertThat(counts(Map.of())).isEqualTo(planned(false));
  }

  @Test
  void theSmallOnesAreTheSmallTopologysOnes() throws IOException {
    assertThat(counts(small())).isEqualTo(planned(true));
  }

  @Test
  void eachClusterIsAGroupOfThreeWhereTheOperatorWantsIt() throws IOException {
    Map<String, String> small = small();
    small.put("TANADA_GROUP", "1");
    small.put("TANADA_REPLICAS", "1");

    assertThat(counts(Map.of("TANADA_GROUP", "1")))
        .isEqualTo(planned(TopologyFile.shipped(false).withGroups()));
    assertThat(counts(small)).isEqualTo(planned(TopologyFile.shipped(true).withGroups()));
    services(small)
        .forEach((name, service) -> {
          if (name.startsWith("mysql-2")) {
            assertThat(service).as(name).containsEntry("scale", 0);
          }
        });
  }

  private static Map<String, String> small() throws IOException {
    Map<String, String> variables = new TreeMap<>();
    for (String line : Files.readAllLines(root().resolve("small.env"))) {
      if (!line.startsWith("#")) {
        int equals = line.indexOf('=');
        variables.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return variables;
  }

  @Test
  void servicesAreCalledAsTheModulesAre() throws IOException {
    for (Module module : Module.values()) {
      assertThat(services(Map.of()).keySet()).anyMatch(name -> name.startsWith(module.directory()));
    }
  }

  @Test
  void everyContainerIsConfined() throws IOException {
    services(Map.of())
        .forEach((name, service) -> {
          assertThat(service).as(name).containsEntry("read_only", true);
          assertThat(service).as(name).containsEntry("user", "10001:10001");
          assertThat(service).as(name).containsEntry("cap_drop", List.of("ALL"));
          assertThat(service)
              .as(name)
              .containsEntry("security_opt", List.of("no-new-privileges:true"));
          assertThat(service).as(name).containsKeys("tmpfs", "mem_limit", "cpus", "pids_limit");
          if (!List.of("setup", "restore").contains(name)) { // which run once, and end
            assertThat(service).as(name).containsEntry("restart", "unless-stopped");
            assertThat(service).as(name).containsKeys("healthcheck", "networks");
          }
        });
  }

  @Test
  void onlyRouterAndBackupReachDataAndOnlyNginxIsReachable() throws IOException {
    services(Map.of())
        .forEach((name, service) -> {
          boolean data = name.startsWith("mysql") || name.equals("memcached");
          if (data) {
            assertThat(service).as(name).containsEntry("networks", List.of("data"));
          } else if (name.equals("backup")) {
            assertThat(service).containsEntry("networks", List.of("data", "repositories"));
            assertThat(service).containsEntry("ports", List.of("127.0.0.1:9890:9890"));
          } else if (!name.equals("db-router") && !name.equals("setup")) {
            assertThat(String.valueOf(service.get("networks"))).as(name).doesNotContain("data");
          }
          if (!name.equals("auth-service")) {
            assertThat(String.valueOf(service.get("networks")))
                .as(name)
                .doesNotContain("providers");
          }
          if (!name.equals("backup")) {
            assertThat(String.valueOf(service.get("networks")))
                .as(name)
                .doesNotContain("repositories");
            assertThat(service.containsKey("ports")).as(name).isEqualTo(name.equals("nginx"));
          }
        });
    assertThat(String.valueOf(service(services(Map.of()), "nginx").get("ports")))
        .isEqualTo("[127.0.0.1:8080:8080, 127.0.0.1:8443:8443]");
  }

  /** What {@code backup export} leaves is all that this file needs. */
  @Test
  void filesThatItNamesAreOnADiskWithBackups() throws IOException {
    Matcher named = Pattern.compile("\\./([a-z][a-z/.]*)").matcher(Files.readString(composeFile()));
    List<String> all = named.results().map(found -> found.group(1)).toList();

    assertThat(all).contains("deploy/image/providers.yml", "deploy/image/settings.xml");
    for (String each : all) {
      if (!each.startsWith("tanada")) { // the command line
        assertThat(ContainerBackups.PROGRAM).as(each).anyMatch(each::startsWith);
      }
    }
    for (String each : ContainerBackups.PROGRAM) {
      assertThat(root().resolve(each)).exists();
    }
  }

  private static Path composeFile() {
    return root().resolve("docker-compose.yml");
  }

  @Test
  void readmeOfSuchADiskSaysEveryStep() throws IOException {
    String readme =
        Export.readme(
            "README-containers.txt",
            Map.of("backups", "one", "restic", "restic 0.18", "database", "9.7", "image", "own"));

    assertThat(readme)
        .contains("docker load", "--docker --into", "up --no-build", "mysqlbinlog", "own")
        .doesNotContain("@");
  }

  /** Two systems on one machine have their own ports, as natively. */
  @Test
  void metricsOfBackupsAreBesideTheFrontDoor() {
    assertThat(Compose.metrics(8080)).isEqualTo(9890);
    assertThat(Compose.metrics(18080)).isEqualTo(19890);
    assertThat(Compose.metrics(65_000)).isLessThan(65_536).isNotEqualTo(65_000);
  }

  @Test
  void backupsReadWhatStorageNodesHaveAndComeWithTheFirstOne() throws IOException {
    Map<String, Map<String, Object>> shipped = services(Map.of());
    Map<String, Object> backup = service(shipped, "backup");

    assertThat(backup).containsEntry("scale", 0);
    assertThat(service(services(Map.of("TANADA_BACKUP", "1")), "backup")).containsEntry("scale", 1);
    assertThat(strings(backup.get("volumes")))
        .contains("state:/state", "copies:/state/backup/base", "repository:/repository")
        .filteredOn(volume -> volume.contains("/state/nodes/"))
        .hasSize(3)
        .allMatch(volume -> volume.endsWith(":ro"));
    shipped.forEach((name, service) -> {
      if (name.startsWith("mysql")) {
        assertThat(strings(service.get("volumes"))).as(name).contains("copies:/var/lib/copies");
        assertThat(strings(service(shipped, "restore").get("volumes")))
            .contains(name + ":/to/" + name);
      }
    });
  }

  private static List<String> strings(@org.jspecify.annotations.Nullable Object list) {
    return list instanceof List<?> all ? all.stream().map(String::valueOf).toList() : List.of();
  }

  @Test
  void oneVariableMakesAllServicesSpeakTls() throws IOException {
    for (Map<String, String> variables :
        List.of(Map.of("TANADA_INSIDE_TLS", "1"), Map.<String, String>of())) {
      boolean tls = !variables.isEmpty();
      Map<String, Map<String, Object>> services = services(variables);
      services.forEach((name, service) -> {
        boolean ours =
            List.of(Module.values()).stream().anyMatch(each -> name.startsWith(each.directory()));
        if (ours) {
          assertThat(environment(service).get("TANADA_TLS_DIRECTORY"))
              .as(name)
              .isEqualTo(tls ? "/run/secrets" : "");
        } else {
          assertThat(String.valueOf(service)).as(name).doesNotContain("TANADA_TLS_DIRECTORY");
        }
      });
      assertThat(String.valueOf(service(services, "setup").get("command")))
          .contains(tls ? "--inside-tls=1" : "--inside-tls=,");
    }
  }

  private static Map<?, ?> environment(Map<String, Object> service) {
    return service.get("environment") instanceof Map<?, ?> map ? map : Map.of();
  }

  /** What the compose file calls its services. */
  static Set<String> serviceNames() throws IOException {
    return services(Map.of()).keySet();
  }

  private static Map<String, Object> service(
      Map<String, Map<String, Object>> services, String name) {
    assertThat(services).containsKey(name);
    return services.getOrDefault(name, Map.of());
  }

  private static Map<String, Integer> planned(boolean small) {
    return planned(TopologyFile.shipped(small));
  }

  private static Map<String, Integer> planned(Topology topology) {
    Map<String, Integer> planned = new TreeMap<>();
    for (Tier tier : topology.tiers()) {
      planned.put(tier.name(), tier.nodes());
    }
    return planned;
  }

  /** Tier to number of nodes, by the hosts that the services look for. */
  private static Map<String, Integer> counts(Map<String, String> variables) throws IOException {
    Map<String, Map<String, Object>> services = services(variables);
    Map<?, ?> environment = (Map<?, ?>) service(services, "app-service").get("environment");
    JsonNode dns =
        JsonMapper.shared()
            .readTree(String.valueOf(environment.get("SPRING_APPLICATION_JSON")))
            .at("/tanada/membership/dns");
    Map<String, Integer> counts = new TreeMap<>();
    counts.put("nginx", 1);
    dns.forEachEntry((tier, hosts) -> {
      int nodes = 0;
      for (String host : hosts.stringValue().split(",", -1)) {
        if (!host.isEmpty()) {
          Object scale = service(services, host.replaceAll(":.*", "")).get("scale");
          nodes += scale == null ? 1 : Integer.parseInt(String.valueOf(scale));
        }
      }
      if (nodes > 0) {
        counts.put(tier, nodes);
      }
    });
    for (String tier : counts.keySet()) {
      assertThat(Kind.ofTier(tier)).isNotNull();
    }
    return counts;
  }

  private static Map<String, Map<String, Object>> services(Map<String, String> variables)
      throws IOException {
    String text = fill(Files.readString(composeFile()), variables);
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(200); // what services have in common is said once
    Map<?, ?> file = new Yaml(new SafeConstructor(options)).load(text);
    Map<String, Map<String, Object>> services = new TreeMap<>();
    ((Map<?, ?>) file.get("services"))
        .forEach((name, service) -> {
          Map<String, Object> fields = new TreeMap<>();
          ((Map<?, ?>) service).forEach((key, value) -> fields.put(String.valueOf(key), value));
          services.put(String.valueOf(name), fields);
        });
    return services;
  }

  /** As compose does, from the inside out. */
  private static String fill(String text, Map<String, String> variables) {
    String filled = text;
    List<String> seen = new ArrayList<>();
    while (!seen.contains(filled)) {
      seen.add(filled);
      Matcher matcher = VARIABLE.matcher(filled);
      StringBuilder next = new StringBuilder();
      while (matcher.find()) {
        String given = variables.get(matcher.group(1));
        boolean set = given != null && !(given.isEmpty() && matcher.group(2).startsWith(":"));
        String value =
            matcher.group(2).endsWith("+")
                ? set ? matcher.group(3) : ""
                : set ? given : matcher.group(3);
        matcher.appendReplacement(next, Matcher.quoteReplacement(value));
      }
      filled = matcher.appendTail(next).toString();
    }
    return filled;
  }
}
