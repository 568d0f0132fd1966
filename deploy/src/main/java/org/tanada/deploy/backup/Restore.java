package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** Makes an installation's state directory of what a repository has. */
final class Restore {
  private final Repository repository;
  private final Consumer<String> say;

  /** A restore; tells how it goes on. */
  Restore(Repository repository, Consumer<String> say) {
    this.repository = repository;
    this.say = say;
  }

  /**
   * What was restored.
   *
   * @param moment that all is of
   * @param tables of all clusters as they were counted; empty if nobody asked
   * @param damaged files that the repository does not have as they were
   * @param files of storage nodes
   */
  record Restored(
      Instant moment, Map<String, Map<String, TableSum>> tables, List<String> damaged, int files) {}

  /**
   * Restores.
   *
   * @param directory which is not there, or empty
   * @param count whether all rows are counted at the end
   */
  Restored run(RestorePlan plan, Path directory, boolean count) throws IOException {
    fetch(plan, directory);
    List<String> damaged = new ArrayList<>();
    files(plan, directory, damaged);
    Map<String, Map<String, TableSum>> tables = databases(plan, directory, count);
    RestoredFiles restored = new RestoredFiles(directory.resolve("nodes"));
    restored.asOf(plan.moment());
    return new Restored(plan.moment(), tables, damaged, restored.count());
  }

  /** The same without the files of storage nodes; the topology is in its place. */
  void databases(RestorePlan plan, Path directory) throws IOException {
    fetch(plan, directory);
    databases(plan, directory, false);
  }

  private void fetch(RestorePlan plan, Path directory) throws IOException {
    Dialect of = Dialect.of(plan.manifest());
    if (Binaries.find(of.server()).isEmpty()) {
      throw new OperatorException(
          switch (of) {
            case MySql() -> "this backup is of a system in containers: give --docker";
            case MariaDb() ->
                "this backup is of a native system: restore it by one that runs natively";
          });
    }
    StateFiles.privateDirectory(directory);
    say.accept("fetching the backup of " + plan.base().time());
    List<String> damaged =
        new ArrayList<>(
            repository.restore(
                plan.base().id(),
                directory,
                List.of("/backup/base", "/secrets", "/ca", "/topology.yml")));
    damaged.addAll(repository.restore(plan.logs().id(), directory, List.of(logs(plan))));
    refuseDamage(damaged);
  }

  private static String logs(RestorePlan plan) {
    return "/backup/logs/" + plan.manifest().timeline();
  }

  private Map<String, Map<String, TableSum>> databases(
      RestorePlan plan, Path directory, boolean count) throws IOException {
    Home home = new Home(directory, directory);
    Topology topology = withoutBackup(TopologyFile.read(home.topology()));
    Map<String, Map<String, TableSum>> tables = new TreeMap<>();
    for (Manifest.Cluster cluster : plan.manifest().clusters()) {
      Path logs = directory.resolve(logs(plan).substring(1));
      tables.put(cluster.name(), database(home, topology, plan, cluster, logs, count));
    }
    StateFiles.deleteTree(directory.resolve("backup"));
    StateFiles.write(home.topology(), TopologyFile.write(topology));
    return tables;
  }

  /** Backups are begun where the restored installation wants them. */
  private static Topology withoutBackup(Topology topology) {
    return topology.withTiers(
        topology.tiers().stream().filter(tier -> tier.kind() != Kind.BACKUP).toList());
  }

  private static void refuseDamage(List<String> damaged) {
    damaged.stream()
        .findFirst()
        .ifPresent(file -> {
          throw new OperatorException(
              "%s is damaged in the repository: restore to a moment before this backup, by one before it"
                  .formatted(file));
        });
  }

  /** Those that were there before the moment, and those that came until after it. */
  private void files(RestorePlan plan, Path directory, List<String> damaged) throws IOException {
    say.accept("fetching files");
    List<String> bad =
        new ArrayList<>(repository.restore(plan.before().id(), directory, List.of("/nodes")));
    if (!plan.before().equals(plan.logs())) {
      bad.addAll(repository.restore(plan.logs().id(), directory, List.of("/nodes")));
    }
    for (String file : bad) {
      // it has its full length, and other bytes: the other storage node has a copy
      Files.deleteIfExists(directory.resolve(file.substring(1)));
      damaged.add(file);
    }
    if (Files.isDirectory(directory.resolve("nodes"))) {
      try (Stream<Path> nodes = Files.walk(directory.resolve("nodes"), 2)) {
        for (Path node : nodes.filter(Files::isDirectory).toList()) {
          StateFiles.privateDirectory(node);
        }
      }
    }
  }

  /** The node that a cluster is restored to. */
  static PlannedNode node(Topology topology, String cluster) {
    return topology.nodes().stream()
        .filter(planned -> planned.tier().equals(cluster))
        .findFirst()
        .orElseThrow(() -> new OperatorException("there is no " + cluster + " any more"));
  }

  private Map<String, TableSum> database(
      Home home,
      Topology topology,
      RestorePlan plan,
      Manifest.Cluster cluster,
      Path logs,
      boolean count)
      throws IOException {
    say.accept("bringing " + cluster.name() + " to " + plan.moment());
    PlannedNode node = node(topology, cluster.name());
    Path data = home.node(node.name()).resolve("data");
    StateFiles.privateDirectory(StateFiles.parent(data));
    Path copy = home.directory().resolve("backup/base").resolve(cluster.name());
    Dialect dialect = Dialect.of(plan.manifest());
    dialect.prepare(copy, cluster.name());
    Files.move(copy, data);
    StateFiles.privateDirectory(data);
    String until = plan.positions().getOrDefault(cluster.name(), cluster.position());
    try (ScratchDatabase database = ScratchDatabase.start(dialect, home, node)) {
      Path words = home.node(node.name()).resolve("conf").resolve("replay.log");
      dialect.replay(
          logs.resolve(cluster.name()),
          words,
          database.access(),
          cluster.position(),
          until,
          plan.cut());
      Map<String, TableSum> tables =
          count ? TableSum.of(database.access(), TableSum.ALONE).tables() : Map.of();
      database.lead(until);
      database.stop();
      return tables;
    }
  }
}
