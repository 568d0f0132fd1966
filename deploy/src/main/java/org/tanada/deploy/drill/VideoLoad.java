package org.tanada.deploy.drill;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import org.tanada.deploy.shop.ShopClient.Download;

/**
 * Owners who upload videos and watch them, whole and in parts, through the front door. What was
 * acknowledged to them is kept, and every answer is held against it byte by byte.
 */
final class VideoLoad implements AutoCloseable {
  private static final int OWNERS = 2;
  private static final int READERS = 3;
  private static final int OFTEN = 4;
  private static final int AT_ONCE = 100;
  private static final int SMALL = 300_000;
  private static final int LARGE = 2_000_000;
  private static final String VIDEOS = "/api/v1/videos";
  private static final String TYPE = "video/mp4";
  private static final Duration PACE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] HEAD = "\0\0\0\u0018ftypmp42".getBytes(StandardCharsets.ISO_8859_1);

  private final ShopClient shop;
  private final String password = UUID.randomUUID().toString();
  private final List<Uploaded> acknowledged = new CopyOnWriteArrayList<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Queue<String> denied = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
  private final LongAdder reads = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder repeats = new LongAdder();
  private final LongAdder givenUp = new LongAdder();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean stopped;

  private VideoLoad(ShopClient shop) {
    this.shop = shop;
  }

  /**
   * A file that the system said it had.
   *
   * @param video path of the video
   * @param blob id of its file, as storage nodes name it
   * @param seed of its content
   * @param size in bytes
   */
  record Uploaded(Owner owner, String video, String blob, long seed, int size) {
    private byte[] content() {
      return VideoLoad.content(seed, size);
    }

    /** Where edges keep it. */
    private String path() {
      return "/media/videos/" + blob;
    }
  }

  /** Somebody who uploads; the token is a new one before it expires. */
  static final class Owner {
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final ShopClient shop;
    private final Account account;
    private final String password;
    private String token;
    private long since = System.nanoTime();

    Owner(ShopClient shop, Account account, String password) {
      this.shop = shop;
      this.account = account;
      this.password = password;
      this.token = account.accessToken();
    }

    synchronized String token() throws IOException {
      if (System.nanoTime() - since > FRESH.toNanos()) {
        token = shop.token(account.email(), password);
        since = System.nanoTime();
      }
      return token;
    }
  }

  /** Signs its owners up and begins. */
  static VideoLoad start(ShopClient shop, long seed) throws IOException {
    VideoLoad load = new VideoLoad(shop);
    String run = Long.toString(System.currentTimeMillis(), 36);
    for (int i = 0; i < OWNERS; i++) {
      Account account = shop.signUp("drill-" + run + "-" + i, "Drill " + i, load.password);
      Owner owner = new Owner(shop, account, load.password);
      Random random = new Random(seed + i);
      load.workers.execute(() -> load.repeat(() -> load.upload(owner, random)));
    }
    for (int i = 0; i < READERS; i++) {
      Random random = new Random(seed - 1 - i);
      load.workers.execute(() -> load.repeat(() -> load.readAny(random)));
    }
    return load;
  }

  /** Those so far. */
  List<Uploaded> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** Reads and writes no more; returns when what is under way is ended. */
  void end() {
    stopped = true;
    workers.close();
  }

  @Override
  public void close() {
    end();
  }

  /** Reads files whole, past the edges, so often that each of their copies is likely given. */
  void readOften(Installation installation, List<Uploaded> files) {
    for (int i = 0; i < OFTEN; i++) {
      forget(installation, files);
      files.forEach(file -> read(file, 0, file.size()));
    }
  }

  /** Lets edges fetch files anew. */
  void forget(Installation installation, List<Uploaded> files) {
    for (int from = 0; from < files.size(); from += AT_ONCE) {
      installation.forgetAtEdges(
          files.subList(from, Math.min(files.size(), from + AT_ONCE)).stream()
              .map(Uploaded::path)
              .toList());
    }
  }

  /** The promises that were broken, each with its evidence; all acknowledged files are read. */
  List<String> judge(Installation installation, Duration limit) {
    List<Uploaded> files = acknowledged();
    forget(installation, files);
    List<String> lost = new ArrayList<>();
    long end = System.nanoTime() + limit.toNanos();
    for (Uploaded file : files) {
      if (!readWithin(file, end)) {
        lost.add(file.video() + ", file " + file.blob());
      }
    }
    List<String> broken = new ArrayList<>();
    Evidence.add(broken, wrong, "answers had other bytes than were written");
    Evidence.add(broken, denied, "times an acknowledged file was said not to be there");
    Evidence.add(broken, lost, "of " + files.size() + " acknowledged files are lost");
    if (files.isEmpty() || reads.sum() == 0) {
      broken.add("nothing was uploaded and read in the time that there was");
    }
    return broken;
  }

  private boolean readWithin(Uploaded file, long end) {
    while (!read(file, 0, file.size())) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      pause();
    }
    return true;
  }

  /** Deletes the videos. */
  void remove() throws IOException {
    for (Uploaded file : acknowledged) {
      String path = file.video();
      Answer found = shop.get(path, file.owner().token()).expect(200);
      String version = String.valueOf(found.header("ETag"));
      shop.send("DELETE", path, file.owner().token(), null, "If-Match", version).expect(204);
    }
  }

  String figures() {
    String first = failure.get();
    return "%d files acknowledged (%d repeats needed, %d given up), %d reads (%d failed), %d with wrong bytes"
            .formatted(
                acknowledged.size(),
                repeats.sum(),
                givenUp.sum(),
                reads.sum(),
                failed.sum(),
                wrong.size())
        + (first == null ? "" : "; first failure: " + first);
  }

  private void repeat(Runnable work) {
    while (!stopped) {
      work.run();
      pause();
    }
  }

  private void upload(Owner owner, Random random) {
    int size = 1000 + random.nextInt(random.nextInt(10) == 0 ? LARGE : SMALL);
    long seed = random.nextLong();
    byte[] content = content(seed, size);
    String key = UUID.randomUUID().toString();
    Map<String, Object> video = ShopClient.video("Drill " + key, "", 0);
    Answer made =
        persist(201, () -> shop.send("POST", VIDEOS, owner.token(), video, "Idempotency-Key", key));
    if (made == null) {
      givenUp.increment();
      return;
    }
    String path = VIDEOS + "/" + made.json().get("id").asString();
    if (persist(201, () -> shop.upload(path + "/content", owner.token(), TYPE, content)) == null) {
      givenUp.increment();
      return;
    }
    Answer address = persist(200, () -> shop.get(path + "/playback", owner.token()));
    if (address == null) {
      denied.add(path + " has no address");
    } else {
      String url = address.json().get("url").asString();
      String blob = url.substring(url.lastIndexOf('/') + 1, url.indexOf('?'));
      acknowledged.add(new Uploaded(owner, path, blob, seed, size));
    }
  }

  private void readAny(Random random) {
    if (acknowledged.isEmpty()) {
      return;
    }
    Uploaded file = acknowledged.get(random.nextInt(acknowledged.size()));
    int from = random.nextInt(file.size());
    int to = from + 1 + random.nextInt(file.size() - from);
    if (random.nextBoolean()) {
      read(file, from, to, "Range", "bytes=" + from + "-" + (to - 1));
    } else {
      read(file, 0, file.size());
    }
  }

  /** Whether bytes came, right or wrong. */
  private boolean read(Uploaded file, int from, int to, String... headers) {
    reads.increment();
    try {
      Answer address = shop.get(file.video() + "/playback", file.owner().token());
      if (address.status() == 200) {
        Download answer = shop.download(address.json().get("url").asString(), headers);
        if (answer.status() == 200 || answer.status() == 206) {
          boolean part = answer.status() == 206;
          compare(file, part ? from : 0, part ? to : file.size(), answer.body());
          return true;
        }
        denied(file, answer.status());
      } else {
        denied(file, address.status());
      }
    } catch (IOException e) {
      failure.compareAndSet(null, file.video() + ": " + e);
    }
    failed.increment();
    return false;
  }

  private void denied(Uploaded file, int status) {
    String what = file.video() + " with file " + file.blob() + " answered " + status;
    if (status == 404) {
      denied.add(what);
    } else {
      failure.compareAndSet(null, what);
    }
  }

  private void compare(Uploaded file, int from, int to, byte[] body) {
    int differs = Arrays.mismatch(Arrays.copyOfRange(file.content(), from, to), body);
    if (differs >= 0) {
      wrong.add(file.video() + " from byte " + (from + differs) + " on, file " + file.blob());
    }
  }

  private @Nullable Answer persist(int status, Call call) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      try {
        Answer answer = call.run();
        if (answer.status() == status) {
          return answer;
        }
        failure.compareAndSet(null, answer.request() + " answered " + answer.status());
      } catch (IOException e) {
        failure.compareAndSet(null, e.toString());
      }
      repeats.increment();
      pause();
    }
    return null;
  }

  private static byte[] content(long seed, int size) {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    System.arraycopy(HEAD, 0, content, 0, HEAD.length);
    return content;
  }

  private static void pause() {
    LockSupport.parkNanos(PACE.toNanos());
  }

  /** A request. */
  private interface Call {
    Answer run() throws IOException;
  }
}
