package org.tanada.deploy.demo;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.tanada.deploy.demo.Catalogue.Film;
import org.tanada.deploy.demo.Catalogue.Person;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;

/**
 * Fills an installation with people, videos and orders through its public API. May be interrupted
 * and run again: what is there already is left as it is.
 */
public final class Demo {
  /**
   * Requests at the same time: enough to keep two cores busy, few enough to leave the system
   * responsive.
   */
  private static final int PARALLEL = 4;

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ShopClient shop;
  private final String password;
  private final Consumer<String> progress;
  private final Semaphore places = new Semaphore(PARALLEL);

  /**
   * A demo for the installation that the client calls.
   *
   * @param password of all demo users
   * @param progress takes a line now and then
   */
  public Demo(ShopClient shop, String password, Consumer<String> progress) {
    this.shop = shop;
    this.password = password;
    this.progress = progress;
  }

  /** A client that waits long enough for a busy board. */
  public static ShopClient client(java.net.URI front) {
    return new ShopClient(front, TIMEOUT);
  }

  /**
   * Fills in what is missing.
   *
   * @return what is there now
   * @throws IOException if the system refuses something; it can be run again
   */
  public Filled fill() throws IOException {
    List<Person> people = Catalogue.people();
    Map<Person, Account> accounts = new ConcurrentHashMap<>();
    each("users", people, person -> accounts.put(person, account(person)));
    each(
        "avatars",
        people.subList(0, Catalogue.AVATARS),
        person ->
            shop.upload(
                    "/api/v1/me/avatar",
                    token(accounts, person),
                    "image/png",
                    Avatars.png(person.username()))
                .expect(200));
    Map<String, Long> videos = new ConcurrentHashMap<>();
    Set<Integer> sellers = new HashSet<>();
    Catalogue.films().forEach(film -> sellers.add(film.seller()));
    each(
        "sellers' videos",
        List.copyOf(sellers),
        seller -> videos.putAll(publish(seller, token(accounts, people.get(seller)))));
    int orders = order(people, accounts, List.copyOf(videos.keySet()));
    return new Filled(
        people.size(), videos.size(), orders, people.getFirst().username() + "@example.net");
  }

  private Account account(Person person) throws IOException {
    String email = person.username() + "@example.net";
    Answer known = shop.get("/api/v1/users?username=" + person.username(), null);
    if (known.status() == 200) {
      String id = known.json().get("id").asString();
      return new Account(id, person.username(), email, shop.token(email, password));
    }
    return shop.signUp(person.username(), person.displayName(), password);
  }

  private Map<String, Long> publish(int seller, String token) throws IOException {
    Map<String, Long> published = new ConcurrentHashMap<>();
    Map<String, String> there = titles(token);
    for (Film film : Catalogue.films()) {
      if (film.seller() == seller) {
        String id = there.get(film.title());
        if (id == null) {
          id =
              shop.publish(
                  token,
                  film.title(),
                  film.description(),
                  film.priceMinor(),
                  "video/mp4",
                  clip(film.clip()));
        }
        published.put(id, film.priceMinor());
      }
    }
    return published;
  }

  /** The caller's published videos by title. */
  private Map<String, String> titles(String token) throws IOException {
    String me = shop.get("/api/v1/me", token).expect(200).json().get("id").asString();
    Map<String, String> titles = new ConcurrentHashMap<>();
    for (JsonNode item :
        shop.get("/api/v1/videos?limit=100&owner=" + me, token).expect(200).json().get("items")) {
      titles.put(item.get("title").asString(), item.get("id").asString());
    }
    return titles;
  }

  private int order(List<Person> people, Map<Person, Account> accounts, List<String> videos)
      throws IOException {
    List<String> sorted = videos.stream().sorted().toList();
    Random random = new Random(43);
    Set<Purchase> purchases = new HashSet<>();
    while (purchases.size() < Catalogue.ORDERS) {
      // the first videos are bought more often than the last: popularity is never even
      int video = (int) (sorted.size() * Math.pow(random.nextDouble(), 1.7));
      int buyer = Catalogue.SELLERS + random.nextInt(people.size() - Catalogue.SELLERS);
      purchases.add(new Purchase(people.get(buyer), sorted.get(video)));
    }
    each(
        "orders",
        List.copyOf(purchases),
        purchase -> {
          Answer answer =
              shop.send(
                  "POST",
                  "/api/v1/orders",
                  token(accounts, purchase.buyer()),
                  Map.of("videoId", purchase.video()));
          if (answer.status() != 409) { // bought in an earlier run
            answer.expect(201);
          }
        });
    return purchases.size();
  }

  private static String token(Map<Person, Account> accounts, Person person) {
    Account account = accounts.get(person);
    if (account == null) {
      throw new IllegalStateException(person + " has no account");
    }
    return account.accessToken();
  }

  /** One of the short films that come with Tanada, as MP4. */
  public static byte[] clip(String name) throws IOException {
    try (InputStream in = Demo.class.getResourceAsStream(name + ".mp4")) {
      if (in == null) {
        throw new IOException("the clip " + name + " is missing from this build");
      }
      return in.readAllBytes();
    }
  }

  /** Does it for each item, a few at a time; the first failure ends it. */
  private <T> void each(String what, List<T> items, Step<T> step) throws IOException {
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (T item : items) {
        places.acquireUninterruptibly();
        Callable<Void> task =
            () -> {
              try {
                step.apply(item);
                int count = done.incrementAndGet();
                if (count % 50 == 0 || count == items.size()) {
                  progress.accept("demo: " + count + " of " + items.size() + " " + what);
                }
                return null;
              } finally {
                places.release();
              }
            };
        running.add(workers.submit(task));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("filling in " + what + " failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while filling in " + what, e);
    }
  }

  /**
   * What is there.
   *
   * @param users how many
   * @param videos how many
   * @param orders how many
   * @param example e-mail address of one who can sign in with the demo password
   */
  public record Filled(int users, int videos, int orders, String example) {}

  private record Purchase(Person buyer, String video) {}

  private interface Step<T> {
    void apply(T item) throws IOException;
  }
}
