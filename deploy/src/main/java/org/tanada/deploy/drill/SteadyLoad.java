package org.tanada.deploy.drill;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;

/**
 * Readers and writers through the front door, at a steady pace, that keep a {@link Ledger}. Readers
 * never repeat: a safe request that fails is a failure. Writers repeat with the same idempotency
 * key, as a careful client does, until they are answered.
 */
final class SteadyLoad implements AutoCloseable {
  private static final int READERS = 4;
  private static final int WRITERS = 3;
  private static final Duration PACE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ShopClient shop;
  private final Ledger ledger;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean stopped;

  private SteadyLoad(ShopClient shop, Ledger ledger) {
    this.shop = shop;
    this.ledger = ledger;
  }

  /** Signs its users up and begins. */
  static SteadyLoad start(ShopClient shop, Ledger ledger, long seed, String password)
      throws IOException {
    SteadyLoad load = new SteadyLoad(shop, ledger);
    String run = Long.toString(System.currentTimeMillis(), 36);
    List<Account> accounts = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      accounts.add(shop.signUp("drill-" + run + "-" + i, "Drill " + i, password));
    }
    Account seller = accounts.getFirst();
    String example =
        shop.send(
                "POST",
                "/api/v1/videos",
                seller.accessToken(),
                ShopClient.video("Drill " + run, "", 0))
            .expect(201)
            .json()
            .get("id")
            .asString();
    String cookie = ShopClient.pair(shop.session(seller.email(), password));
    for (int i = 0; i < READERS; i++) {
      Random random = new Random(seed + i);
      load.workers.execute(() -> load.read(random, seller, example, cookie));
    }
    for (int i = 0; i < WRITERS; i++) {
      Account account = accounts.get(i);
      load.workers.execute(() -> load.write(account, run));
    }
    return load;
  }

  /** Stops, and waits for what is under way. */
  @Override
  public void close() {
    stopped = true;
    workers.close();
  }

  private void read(Random random, Account seller, String video, String cookie) {
    while (!stopped) {
      switch (random.nextInt(5)) {
        case 0 -> safe("/", null);
        case 1 -> safe("/users/" + seller.id(), null);
        case 2 -> safe("/api/v1/videos?limit=5", null);
        case 3 -> safe("/api/v1/videos/" + video, seller.accessToken());
        default -> safe("/api/v1/me", null, "Cookie", cookie);
      }
      pause();
    }
  }

  private void safe(String path, @Nullable String token, String... headers) {
    ledger.safeRequest();
    try {
      Answer answer = shop.get(path, token, headers);
      if (answer.status() != 200) {
        ledger.safeRequestFailed("GET " + path + " answered " + answer.status());
      }
    } catch (IOException e) {
      ledger.safeRequestFailed("GET " + path + ": " + e);
    }
  }

  private void write(Account account, String run) {
    for (int n = 0; !stopped; n++) {
      String key = run + "-" + account.username() + "-" + n;
      String title = "Drill " + key;
      Instant begun = Instant.now();
      Answer answer = persist(account, key, title);
      if (answer == null) {
        ledger.gaveUp();
      } else {
        String id = answer.json().get("id").asString();
        ledger.acknowledged(
            key,
            new Ledger.Acknowledged(
                "/api/v1/videos/" + id, id, "title", title, account, begun, Instant.now()));
      }
      pause();
    }
  }

  private @Nullable Answer persist(Account account, String key, String title) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - end < 0) {
      try {
        Answer answer =
            shop.send(
                "POST",
                "/api/v1/videos",
                account.accessToken(),
                ShopClient.video(title, "", 0),
                "Idempotency-Key",
                key);
        if (answer.status() == 201) {
          return answer;
        }
      } catch (IOException e) {
        ledger.repeated(); // the connection broke: it may or may not be written, so ask again with
        // the same key
        pause();
        continue;
      }
      ledger.repeated();
      pause();
    }
    return null;
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PACE.toMillis()));
  }
}
