package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Topology;

/**
 * What backups cost, of a pair of MariaDB servers and a storage node's files: {@code
 * bench/backup.sh}. Contents are of random hexadecimal digits (rows) and random bytes (files), so
 * that no two are alike and nothing is won by deduplication.
 */
final class BackupBench extends BackupFixture {
  private static final int FILES_MB = Integer.getInteger("files", 512);
  private static final int ROWS_MB = Integer.getInteger("rows", 512);
  private static final int CLIENTS = Integer.getInteger("clients", 2);
  private static final int SECONDS = Integer.getInteger("seconds", 20);
  private static final int TURNS = Integer.getInteger("turns", 2);
  private static final int FILE_MB = 4;
  private static final int TABLES = 4;
  private static final int ROWS_OF_A_MB = 1024;
  private static final int ROW = 1000; // bytes of text: with what InnoDB adds some 1 KB
  private static final int OFTEN_READ = 10_000;
  private static final int READS_A_WRITE = 4;

  private static final HexFormat HEX = HexFormat.of();

  private volatile boolean over;

  /** Transactions a second of a client; 0 for as many as it can. */
  private volatile int paced;

  /** Prints a Markdown table; the argument is a directory that is deleted by whoever gave it. */
  public static void main(String[] args) throws Exception {
    BackupBench bench = new BackupBench();
    bench.directory = Path.of(args[0]);
    try {
      bench.begin();
      bench.run();
    } finally {
      bench.end();
    }
  }

  /** Before the agent begins, so that the logs of the filling are in no backup. */
  @Override
  protected void begun(Topology topology) throws Exception {
    super.begun(topology);
    write("CREATE TABLE tanada_00.written (id BIGINT PRIMARY KEY AUTO_INCREMENT, v TEXT)");
    try (Connection database = connect()) {
      for (int table = 0; table < TABLES; table++) {
        fill(database, "tanada_00.filled_" + table, table);
      }
    }
    for (int i = 0; i < FILES_MB / FILE_MB; i++) {
      storeRandom(1000 + i);
    }
    write("FLUSH BINARY LOGS");
    write("FLUSH BINARY LOGS");
    Waiting.until("the replica has all", () -> position(true).equals(position(false)));
  }

  private String position(boolean ofPrimary) throws IOException {
    return new Sql(new DatabaseFiles(home, ofPrimary ? primary : replica))
        .run("SELECT @@gtid_current_pos")
        .toString();
  }

  private Connection connect() throws SQLException, IOException {
    return DriverManager.getConnection(
        "jdbc:mysql://%s:%d/tanada_00?sslMode=DISABLED&allowPublicKeyRetrieval=true&rewriteBatchedStatements=true"
            .formatted(primary.host(), primary.port()),
        "tanada",
        new Secrets(home).get(Secrets.DATABASE_PASSWORD));
  }

  private static String text(Random random) {
    byte[] bytes = new byte[ROW / 2];
    random.nextBytes(bytes);
    return HEX.formatHex(bytes);
  }

  private static void fill(Connection database, String table, int seed) throws SQLException {
    Random random = new Random(seed);
    try (PreparedStatement make =
        database.prepareStatement("CREATE TABLE " + table + " (id BIGINT PRIMARY KEY, v TEXT)")) {
      make.execute();
    }
    database.setAutoCommit(false);
    try (PreparedStatement insert =
        database.prepareStatement("INSERT INTO " + table + " VALUES (?, ?)")) {
      for (int id = 0; id < ROWS_MB * ROWS_OF_A_MB / TABLES; id++) {
        insert.setLong(1, id);
        insert.setString(2, text(random));
        insert.addBatch();
        if (id % ROWS_OF_A_MB == ROWS_OF_A_MB - 1) {
          insert.executeBatch();
          database.commit();
        }
      }
      insert.executeBatch();
      database.commit();
    }
  }

  /** A file of a storage node; nobody reads what stands behind its content here. */
  private void storeRandom(long id) throws IOException {
    byte[] bytes = new byte[FILE_MB << 20];
    new Random(id).nextBytes(bytes);
    Path file = blob(home.directory(), id);
    Files.createDirectories(StateFiles.parent(file));
    Files.write(file, bytes);
  }

  private void run() throws Exception {
    long bytes = size(home.directory().resolve("nodes/storage-videos-1")) + size(data());
    Timed first = timed("repository");
    Timed second = timed("repository");
    row(
        "second backup of unchanged %d MB, s".formatted(bytes >> 20),
        "the first",
        second.seconds(),
        first.seconds(),
        "≤ 0.10");
    restores();
    serving();
    System.out.println();
    System.out.println("The first: " + first.phases() + "; the second: " + second.phases() + ".");
  }

  private Path data() {
    return home.node(primary.name()).resolve("data");
  }

  /** Files of databases that backups have; all of other directories. */
  private static long size(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().matches("(binlog|relay|ib_logfile).*"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private record Timed(double seconds, String phases) {}

  /** A backup, and what took how long of it. */
  private Timed timed(String repository) throws IOException {
    List<String> names = new ArrayList<>();
    List<Long> begins = new ArrayList<>();
    new BackupSetup(home).begin(directory.resolve(repository).toString());
    Backup.Made made =
        new Backup(
                home,
                words -> {
                  names.add(words.substring(0, words.indexOf(' ')));
                  begins.add(System.nanoTime());
                })
            .make();
    begins.add(System.nanoTime());
    List<String> phases = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      phases.add(
          String.format(
              Locale.ROOT, "%s %.1f s", names.get(i), (begins.get(i + 1) - begins.get(i)) / 1e9));
    }
    phases.add((made.bytesAdded() >> 20) + " MB added");
    return new Timed(made.seconds(), String.join(", ", phases));
  }

  /** A whole restore to the newest moment, and restic's own of the same snapshot. */
  private void restores() throws Exception {
    BackupFiles files = new BackupFiles(home);
    Repository repository = Repository.of(files, files.needRepository());
    String snapshot = new Backup(home, _ -> {}).list().getLast().snapshot();
    double ours = 0;
    double theirs = 0;
    long bytes = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      Path own = directory.resolve("tool");
      long start = System.nanoTime();
      repository.restore(snapshot, own, List.of());
      theirs += (System.nanoTime() - start) / 1e9;
      bytes = size(own);
      StateFiles.deleteTree(own);
      Path whole = directory.resolve("whole");
      start = System.nanoTime();
      Restoration.ofHome(home, _ -> {}).beside(null, whole);
      ours += (System.nanoTime() - start) / 1e9;
      StateFiles.deleteTree(whole);
    }
    double megabytes = TURNS * (bytes / 1e6);
    row(
        "restore of %d MB to a system that can be started, MB a second".formatted(bytes >> 20),
        "`restic restore`",
        megabytes / ours,
        megabytes / theirs,
        "≥ 0.6");
  }

  /**
   * What clients get done while a whole backup is made into a new repository, and before and after.
   */
  private void serving() throws Exception {
    load(SECONDS, () -> null); // warms up
    Rate before = load(SECONDS, () -> null);
    Rate during = load(0, () -> timed("another"));
    Rate after = load(SECONDS, () -> null);
    double without = (before.perSecond() + after.perSecond()) / 2;
    row(
        "transactions a second of %d clients while a first backup is made".formatted(CLIENTS),
        "without",
        during.perSecond(),
        without,
        "≥ 0.9");
    int pace = (int) (without / 2);
    paced = pace / CLIENTS;
    Rate steady = load(0, () -> timed("a-third"));
    row(
        "the same at half of that pace",
        "the pace",
        steady.perSecond(),
        (double) paced * CLIENTS,
        "≥ 0.9");
    System.out.println();
    System.out.printf(
        Locale.ROOT,
        "The slowest of a thousand transactions took %.1f ms without a backup, %.1f ms with one, %.1f ms with one at half of the pace.%n",
        (before.slow() + after.slow()) / 2,
        during.slow(),
        steady.slow());
  }

  /**
   * What clients got done.
   *
   * @param slow milliseconds that 99.9 % took less than
   */
  private record Rate(double perSecond, double slow) {}

  /** Lets clients work for so many seconds, or as long as the work takes. */
  private Rate load(int seconds, Callable<?> work) throws Exception {
    long start = System.nanoTime();
    List<Long> all = new ArrayList<>();
    over = false;
    try (ExecutorService clients = Executors.newCachedThreadPool()) {
      List<Future<List<Long>>> begun = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random(Instant.now().toEpochMilli() + i);
        begun.add(clients.submit(() -> client(random)));
      }
      try {
        work.call();
        long left = start + TimeUnit.SECONDS.toNanos(seconds) - System.nanoTime();
        for (; left > 0; left = start + TimeUnit.SECONDS.toNanos(seconds) - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      } finally {
        over = true;
      }
      for (Future<List<Long>> one : begun) {
        all.addAll(one.get());
      }
    }
    double passed = (System.nanoTime() - start) / 1e9;
    all.sort(null);
    return new Rate(all.size() / passed, all.get((int) (all.size() * 0.999)) / 1e6);
  }

  /**
   * Reads of rows that are often read, and now and then a row that is written; nanoseconds each.
   */
  private List<Long> client(Random random) throws SQLException, IOException {
    List<Long> took = new ArrayList<>();
    try (Connection database = connect();
        PreparedStatement read = database.prepareStatement("SELECT v FROM filled_0 WHERE id = ?");
        PreparedStatement write = database.prepareStatement("INSERT INTO written (v) VALUES (?)")) {
      long due = System.nanoTime();
      for (int turn = 0; !over; turn++) {
        long start = System.nanoTime();
        if (turn % (READS_A_WRITE + 1) == 0) {
          write.setString(1, text(random));
          write.executeUpdate();
        } else {
          read.setLong(1, random.nextInt(Math.min(OFTEN_READ, ROWS_MB * ROWS_OF_A_MB / TABLES)));
          try (var rows = read.executeQuery()) {
            if (!rows.next()) {
              throw new IOException("a row is not there");
            }
          }
        }
        took.add(System.nanoTime() - (paced > 0 ? Math.min(due, start) : start));
        if (paced > 0) {
          due += TimeUnit.SECONDS.toNanos(1) / paced;
          LockSupport.parkNanos(due - System.nanoTime());
        }
      }
    }
    return took;
  }

  private static void row(String work, String against, double ours, double theirs, String goal) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.1f | %.1f | %.2f | %s |%n",
        work,
        against,
        ours,
        theirs,
        ours / theirs,
        goal);
  }
}
