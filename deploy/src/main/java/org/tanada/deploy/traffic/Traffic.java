package org.tanada.deploy.traffic;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;

/**
 * A few virtual users who look around, and now and then change something. Open loop: requests start
 * at the given rate however slow the answers are (so a stall shows as a stall), up to a bound of
 * requests under way; above it they are counted as failures.
 */
public final class Traffic implements AutoCloseable {
  private static final int MAX_UNDER_WAY = 256;
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(8);
  private static final int KNOWN_VIDEOS = 100;

  private final ShopClient shop;
  private final Mix mix;
  private final Recorder recorder;
  private final Semaphore underWay = new Semaphore(MAX_UNDER_WAY);
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Target> videos = new CopyOnWriteArrayList<>();
  private final String password = UUID.randomUUID().toString();
  private final String username = "visitor-" + UUID.randomUUID().toString().substring(0, 8);
  private volatile @Nullable Account account;
  private volatile long signedInAt;
  private volatile boolean stopped;

  /** Traffic through this client, counted by this recorder. */
  public Traffic(ShopClient shop, Mix mix, Recorder recorder) {
    this.shop = shop;
    this.mix = mix;
    this.recorder = recorder;
  }

  /**
   * Sends requests until {@link #close} or the end of the time.
   *
   * @param rate requests a second
   * @param howLong at most this long
   */
  public void run(double rate, Duration howLong) {
    long interval = (long) (TimeUnit.SECONDS.toNanos(1) / rate);
    long begin = System.nanoTime();
    long end = begin + howLong.toNanos();
    for (long due = begin; !stopped && due - end < 0; due += interval) {
      for (long wait = due - System.nanoTime();
          wait > 0 && !stopped;
          wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      if (underWay.tryAcquire()) {
        requests.execute(this::one);
      } else {
        recorder.record(0, true, null);
      }
    }
  }

  /**
   * Sends one request after the other from so many users until {@link #close} or the end of the
   * time: closed loop.
   */
  public void saturate(int users, Duration howLong) {
    long end = System.nanoTime() + howLong.toNanos();
    for (int user = 0; user < users; user++) {
      requests.execute(() -> {
        while (!stopped && System.nanoTime() - end < 0) {
          underWay.acquireUninterruptibly();
          one();
        }
      });
    }
    while (!stopped && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  @Override
  public void close() {
    stopped = true;
    requests.shutdown();
  }

  private void one() {
    long began = System.nanoTime();
    boolean failed = true;
    String server = null;
    try {
      Answer answer = act(mix.draw(ThreadLocalRandom.current()));
      failed = answer.status() >= 500;
      server = server(answer);
    } catch (IOException e) {
      failed = true; // counted just below; the system under load logs why
    } finally {
      recorder.record(System.nanoTime() - began, failed, server);
      underWay.release();
    }
  }

  /** The app server that did the work; none did for what an edge had in its cache. */
  private static @Nullable String server(Answer answer) {
    String cache = answer.header("Cache-Status");
    boolean cached = cache != null && cache.matches("[^;]*; *hit\\b.*");
    return cached ? null : answer.header("Tanada-Node");
  }

  private Answer act(Mix.Action action) throws IOException {
    return switch (action) {
      case HOME_PAGE -> shop.get("/", null);
      case API_LIST -> remember(shop.get("/api/v1/videos?limit=20", null));
      case VIDEO_PAGE -> {
        Target video = video();
        yield shop.get(video == null ? "/" : "/videos/" + video.id, null);
      }
      case USER_PAGE -> {
        Target video = video();
        yield shop.get(video == null ? "/" : "/users/" + video.owner, null);
      }
      case API_VIDEO -> {
        Target video = video();
        yield shop.get(video == null ? "/api/v1/videos" : "/api/v1/videos/" + video.id, null);
      }
      case PROFILE_CHANGE -> {
        String token = account().accessToken();
        String tag = shop.get("/api/v1/me", token).header("ETag");
        yield shop.send(
            "PATCH",
            "/api/v1/me",
            token,
            Map.of("bio", "Seen at " + System.currentTimeMillis()),
            "If-Match",
            tag == null ? "*" : tag);
      }
      case NEW_VIDEO ->
          shop.send(
              "POST",
              "/api/v1/videos",
              account().accessToken(),
              ShopClient.video("A draft of " + username, "Made by the traffic generator.", 0),
              "Idempotency-Key",
              UUID.randomUUID().toString());
    };
  }

  private @Nullable Target video() {
    List<Target> known = videos;
    return known.isEmpty() ? null : known.get(ThreadLocalRandom.current().nextInt(known.size()));
  }

  private Answer remember(Answer list) {
    if (list.status() == 200 && videos.size() < KNOWN_VIDEOS) {
      for (JsonNode item : list.json().get("items")) {
        Target target = new Target(item.get("id").asString(), item.get("ownerId").asString());
        if (!videos.contains(target)) {
          videos.add(target);
        }
      }
    }
    return list;
  }

  private Account account() throws IOException {
    Account known = account;
    if (known != null && System.nanoTime() - signedInAt < TOKEN_LIFE.toNanos()) {
      return known;
    }
    synchronized (this) {
      Account current = account;
      if (current == null) {
        current = shop.signUp(username, "A visitor", password);
      } else if (System.nanoTime() - signedInAt >= TOKEN_LIFE.toNanos()) {
        current =
            new Account(
                current.id(),
                current.username(),
                current.email(),
                shop.token(current.email(), password));
      }
      account = current;
      signedInAt = System.nanoTime();
      return current;
    }
  }

  private record Target(String id, String owner) {}
}
