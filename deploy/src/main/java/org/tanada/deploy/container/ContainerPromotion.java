package org.tanada.deploy.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.database.GtidSet;
import org.tanada.deploy.database.Promotion.Standing;
import org.tanada.deploy.launcher.PromotionSteps;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;

/**
 * A promotion among containers of MySQL, in a cluster that is no group. The members keep themselves
 * what the newest term says ({@code deploy/mysql/member.sh}); a file in a member's volume keeps its
 * keeper away for so long.
 */
final class ContainerPromotion implements PromotionSteps {
  private static final int LOCK_SECONDS = 5;
  private static final int APPLY_SECONDS = 30;

  /** Longer than all waiting of a promotion together. */
  private static final int HELD_SECONDS = 150;

  private static final Duration END = Duration.ofSeconds(30);
  private static final String HELD = "/var/lib/mysql/held";
  private static final Set<String> ENDED = Set.of("exited", "created", "dead");
  private static final Pattern RECEIVED =
      Pattern.compile("Retrieved_Gtid_Set: (.*?)\\n *Executed_Gtid_Set:", Pattern.DOTALL);

  /** By {@code t.term}: {@code term} alone is the first column's name, too. */
  private static final String STATE =
      """
      SELECT 'has', REPLACE(@@global.gtid_executed, '\\n', '');
      SELECT 'term', t.term, t.node FROM tanada_cluster.term AS t ORDER BY t.term DESC LIMIT 1\
      """;

  private final Docker docker;
  private final Containers containers;
  private final String cluster;
  private final List<PlannedNode> nodes;
  private final Map<String, MemberSql> servers = new HashMap<>();

  ContainerPromotion(Docker docker, Containers containers, Topology topology, String cluster) {
    this.docker = docker;
    this.containers = containers;
    this.cluster = cluster;
    this.nodes = topology.nodes().stream().filter(node -> node.tier().equals(cluster)).toList();
    if (!cluster.matches("mysql-\\d+") || nodes.isEmpty()) {
      throw new OperatorException(
          "there is no cluster \"%s\": ./tanada shards names them".formatted(cluster));
    }
    if (topology.groups()) {
      throw new OperatorException(
          cluster + " is a group, which replaces its primary by itself: nothing is to be promoted");
    }
  }

  /** What a member knows. */
  private record Member(String name, String gtids, long term, String leader) {}

  private Optional<Member> member(PlannedNode node, List<Container> all) throws IOException {
    Optional<Container> container = Containers.of(node, all).filter(Container::running);
    if (container.isEmpty()) {
      return Optional.empty();
    }
    return new MemberSql(docker, node.name(), container.get())
        .find(STATE)
        .flatMap(lines -> member(node.name(), lines));
  }

  private static Optional<Member> member(String name, List<String> lines) {
    String gtids = null;
    long term = 0;
    String leader = "";
    for (String line : lines) {
      String[] columns = line.split("\t", -1);
      if (columns[0].equals("has")) {
        gtids = columns[1];
      } else if (columns[0].equals("term")) {
        term = Long.parseLong(columns[1]);
        leader = columns[2];
      }
    }
    return gtids == null ? Optional.empty() : Optional.of(new Member(name, gtids, term, leader));
  }

  @Override
  public Standing look() throws IOException {
    List<Container> all = containers.all();
    List<Member> answering = new ArrayList<>();
    for (PlannedNode node : nodes) {
      member(node, all).ifPresent(answering::add);
    }
    Member newest =
        answering.stream()
            .max(Comparator.comparingLong(Member::term))
            .orElseThrow(() ->
                new OperatorException(
                    "no node of " + cluster + " answers: ./tanada status says how they are"));
    String leader = newest.term() == 0 ? nodes.getFirst().name() : newest.leader();
    return new Standing(
        newest.term(),
        leader,
        answering.stream().anyMatch(m -> m.name().equals(leader) && m.term() == newest.term()),
        answering.stream()
            .filter(member -> !member.name().equals(leader))
            .sorted(
                Comparator.comparingLong((Member member) -> GtidSet.count(member.gtids()))
                    .reversed())
            .map(Member::name)
            .toList());
  }

  @Override
  public void hold() throws IOException {
    String until = Long.toString(Instant.now().getEpochSecond() + HELD_SECONDS);
    for (PlannedNode node : nodes) {
      if (running(node)) {
        // after a look that is under way: it would act on what it saw before the promotion
        sql(node.name()).script("exec 9>>/tmp/looking && flock 9 && echo \"$1\" >" + HELD, until);
      }
    }
  }

  @Override
  public void letGo() throws IOException {
    for (PlannedNode node : nodes) {
      if (running(node)) {
        sql(node.name()).script("rm -f " + HELD);
      }
    }
  }

  private boolean running(PlannedNode node) throws IOException {
    return Containers.of(node, containers.all()).filter(Container::running).isPresent();
  }

  @Override
  public boolean fence(String node) throws IOException {
    Optional<Container> container = container(node).filter(c -> !ENDED.contains(c.state()));
    if (container.isEmpty()) {
      return false;
    }
    // by its own command: the engine does not start it again then
    Docker.Answer answer = docker.run(END, List.of("kill", container.get().id()));
    boolean ended =
        Control.await(
            (int) END.toSeconds(),
            () -> {
              try {
                return container(node).filter(c -> !ENDED.contains(c.state())).isEmpty();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    if (!ended) {
      throw new OperatorException(node + " cannot be made to end: " + answer.why());
    }
    return true;
  }

  @Override
  public void release(String node) throws IOException {
    Optional<Container> container = container(node);
    if (container.isPresent()) {
      Docker.Answer answer = docker.run(END, List.of("start", container.get().id()));
      if (answer.code() != 0) {
        throw new OperatorException(node + " does not start: " + answer.why());
      }
    }
  }

  @Override
  public void freeze(String primary) throws IOException {
    sql(primary)
        .run(
            "SET SESSION lock_wait_timeout = %d; SET GLOBAL super_read_only = ON"
                .formatted(LOCK_SECONDS));
  }

  @Override
  public void thaw(String primary) throws IOException {
    sql(primary).run("SET GLOBAL super_read_only = OFF; SET GLOBAL read_only = OFF");
  }

  @Override
  public void awaitAll(String primary, String replica) throws IOException {
    String its = gtids(replica);
    String all = gtids(primary);
    String errant = first(sql(replica).run("SELECT GTID_SUBTRACT('%s', '%s')".formatted(its, all)));
    if (!errant.isEmpty()) {
      throw new OperatorException(
          "%s has transactions that %s lacks, such as %s: it cannot be promoted"
              .formatted(replica, primary, errant));
    }
    awaitApplied(replica, all);
  }

  private String gtids(String node) throws IOException {
    return first(sql(node).run("SELECT REPLACE(@@global.gtid_executed, '\n', '')"));
  }

  private void awaitApplied(String replica, String set) throws IOException {
    String late =
        first(
            sql(replica)
                .run(
                    "SELECT WAIT_FOR_EXECUTED_GTID_SET('%s', %d)".formatted(set, APPLY_SECONDS),
                    APPLY_SECONDS + 5));
    if (!late.equals("0")) {
      throw new OperatorException(
          "%s did not apply all up to %s within %d s: ./tanada shards says how far it is behind"
              .formatted(replica, set, APPLY_SECONDS));
    }
  }

  @Override
  public void applyReceived(String replica) throws IOException {
    MemberSql sql = sql(replica);
    if (sql.row("SHOW REPLICA STATUS").isBlank()) {
      return; // a promotion before this one was interrupted, or it never followed
    }
    sql.run("START REPLICA SQL_THREAD; STOP REPLICA IO_THREAD");
    String status = sql.row("SHOW REPLICA STATUS");
    Matcher error = Pattern.compile("Last_SQL_Error: (.+)").matcher(status);
    if (error.find()) {
      throw new OperatorException(replica + " cannot apply what it received: " + error.group(1));
    }
    Matcher received = RECEIVED.matcher(status);
    if (received.find() && !received.group(1).isBlank()) {
      awaitApplied(replica, received.group(1).replaceAll("\\s", ""));
    }
  }

  @Override
  public Optional<Long> missing(String replica, List<String> acknowledged) throws IOException {
    Optional<Long> most = Optional.empty();
    for (String position : acknowledged) {
      long lacking =
          GtidSet.count(
              first(
                  sql(replica)
                      .run(
                          "SELECT REPLACE(GTID_SUBTRACT('%s', @@global.gtid_executed), '\n', '')"
                              .formatted(GtidSet.upTo(position)))));
      most = Optional.of(Math.max(lacking, most.orElse(0L)));
    }
    return most;
  }

  @Override
  public void begin(String replica, long term) throws IOException {
    long micros = System.currentTimeMillis() * 1000;
    MemberSql sql = sql(replica);
    // whoever was held up for long has lost its leave: the keepers may have gone back
    sql.script(
        "[ \"$(cat %s)\" -gt $((EPOCHSECONDS + 20)) ] || { echo it took too long, run it again >&2; exit 1; }"
            .formatted(HELD));
    sql.run(
        """
        STOP REPLICA; RESET REPLICA ALL;
        SET GLOBAL super_read_only = OFF;
        CREATE DATABASE IF NOT EXISTS tanada_cluster;
        CREATE TABLE IF NOT EXISTS tanada_cluster.term (
          term BIGINT PRIMARY KEY, node VARCHAR(64) NOT NULL, began_at BIGINT NOT NULL);
        INSERT INTO tanada_cluster.term VALUES (%d, '%s', %d);
        SET GLOBAL rpl_semi_sync_source_enabled = ON;
        SET GLOBAL read_only = OFF;
        """
            .formatted(term, replica, micros));
  }

  private static String first(List<String> rows) {
    return rows.isEmpty() ? "" : rows.getFirst();
  }

  private Optional<Container> container(String node) throws IOException {
    List<Container> all = containers.all();
    return nodes.stream()
        .filter(planned -> planned.name().equals(node))
        .findFirst()
        .flatMap(planned -> Containers.of(planned, all));
  }

  private MemberSql sql(String node) throws IOException {
    MemberSql sql = servers.get(node); // to look for its container takes longer than a statement
    if (sql == null) {
      Container container =
          container(node)
              .orElseThrow(
                  () -> new OperatorException("there is no node \"" + node + "\" in " + cluster));
      sql = new MemberSql(docker, node, container);
      servers.put(node, sql);
    }
    return sql;
  }
}
