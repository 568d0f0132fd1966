package org.tanada.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * Whether twice the clusters serve twice the load: each database may use the same small share of a
 * processor, so that one machine can stand for many.
 */
final class CapacityBench {
  private static final int SHARDS = 8;

  /**
   * A database that may run for 4 ms in 100 finds more calls waiting than it can serve in those,
   * also if they are shared by four: else it would leave some of its time.
   */
  private static final int CLIENTS = 96;

  private static final int PERCENT = Integer.getInteger("share", 4);
  private static final double SECONDS = 8;

  private CapacityBench() {}

  static void run(Servers servers) throws Exception {
    double[] reads = new double[3];
    double[] writes = new double[3];
    for (int doubling = 0; doubling < 3; doubling++) {
      List<Servers.Database> clusters = new ArrayList<>();
      StringBuilder inventory = new StringBuilder();
      for (int i = 1; i <= 1 << doubling; i++) {
        Servers.Database database = servers.fresh("capacity-" + (1 << doubling) + "-" + i);
        clusters.add(database);
        inventory.append("mysql-").append(i).append(":\n").append(database.line());
      }
      try (RouterProcess router =
          new RouterProcess(
              "router-capacity",
              servers.inventory(inventory.toString()),
              SHARDS,
              Map.of( // nobody is shed: a database that is held up so much has a long queue
                  "tanada.router.database.pool-size",
                  "" + CLIENTS,
                  "tanada.router.database.acquire-timeout",
                  "8s"))) {
        RowsContract rows = DataBench.client(router);
        List<List<Long>> ids = fill(rows);
        for (Servers.Database database : clusters) {
          if (!capped(DataBench.pid(servers, database))) {
            System.out.println(
                "| capacity of 1, 2, 4 clusters | itself | not measured: no control group may be made here, run as root | | | ≥ 1.8 |");
            return;
          }
        }
        reads[doubling] =
            Measured.of(CLIENTS, SECONDS, Map.of(), number -> read(rows, ids, number)).perSecond();
        writes[doubling] =
            Measured.of(CLIENTS, SECONDS, Map.of(), number -> write(rows, ids, number)).perSecond();
      } finally {
        clusters.forEach(Servers.Database::remove);
      }
    }
    row("uncached reads", reads);
    row("writes", writes);
  }

  private static void row(String work, double[] rates) {
    System.out.printf(
        Locale.ROOT,
        "| %s per second by 1, 2, 4 clusters, each database at %d %% of a core | itself | %.0f, %.0f, %.0f | | **%.2f, %.2f** | ≥ 1.8 |%n",
        work,
        PERCENT,
        rates[0],
        rates[1],
        rates[2],
        rates[1] / rates[0],
        rates[2] / rates[1]);
  }

  /** In each shard one owner (the first) and rows of it. */
  private static List<List<Long>> fill(RowsContract rows) {
    List<List<Long>> all = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      List<Long> ids = new ArrayList<>(List.of(Router.id(shard)));
      List<Write> writes = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        ids.add(Router.id(shard));
        writes.add(Router.video(ids.getLast(), "v" + i, "published"));
      }
      rows.commit(
          new Transaction(ids.getFirst(), writes, List.of(), "fill" + ids.getFirst(), "f", null));
      all.add(ids);
    }
    return all;
  }

  private static void read(RowsContract rows, List<List<Long>> ids, int number) {
    long id = ids.get(Math.floorMod(number, SHARDS)).get(1 + Math.floorMod(number / SHARDS, 100));
    rows.read(new RowsContract.Read(List.of(new RowKey("videos", id)), Consistency.PRIMARY));
  }

  private static void write(RowsContract rows, List<List<Long>> ids, int number) {
    List<Long> shard = ids.get(Math.floorMod(number, SHARDS));
    long id = shard.get(1 + Math.floorMod(number / SHARDS, 100));
    rows.commit(
        new Transaction(
            shard.getFirst(),
            List.of(Router.update("videos", id, null, Map.of("title", "t" + number))),
            List.of(),
            "w" + number,
            "f",
            null));
  }

  /** Puts a process into a control group of its own; false if this system does not allow it. */
  private static boolean capped(long pid) {
    Path one = Path.of("/sys/fs/cgroup/cpu/tanada-bench-" + pid);
    Path two = Path.of("/sys/fs/cgroup/tanada-bench-" + pid);
    try {
      if (Files.isDirectory(one.getParent())) {
        Files.createDirectories(one);
        Files.writeString(one.resolve("cpu.cfs_period_us"), "100000");
        Files.writeString(one.resolve("cpu.cfs_quota_us"), String.valueOf(PERCENT * 1000));
        Files.writeString(one.resolve("cgroup.procs"), String.valueOf(pid));
      } else {
        Files.createDirectories(two);
        Files.writeString(two.resolve("cpu.max"), PERCENT * 1000 + " 100000");
        Files.writeString(two.resolve("cgroup.procs"), String.valueOf(pid));
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
