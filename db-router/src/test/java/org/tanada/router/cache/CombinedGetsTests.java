package org.tanada.router.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.router.cache.CombinedGets.UNDER_WAY;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Combined gets on a cache that answers when it is told to. */
final class CombinedGetsTests {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final CombinedGets gets = new CombinedGets();
  private final BlockingQueue<Collection<String>> asked = new LinkedBlockingQueue<>();
  private final Semaphore answers = new Semaphore(0);
  private final ExecutorService callers = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    answers.release(1000);
    callers.shutdown();
  }

  @Test
  void loneGetIsAskedAtOnce() throws Exception {
    answers.release();

    assertThat(get("a", LONG).get(20, TimeUnit.SECONDS)).containsOnlyKeys("a");
  }

  @Test
  void getsThatComeWhileOthersAreUnderWayAreAskedTogether() throws Exception {
    List<Future<Map<String, byte[]>>> first = asMayBeUnderWay();
    List<Future<Map<String, byte[]>>> later = new ArrayList<>();
    for (String name : List.of("c", "d", "e")) {
      later.add(get(name, LONG));
    }
    awaitWaiting(3);

    answers.release(UNDER_WAY + 1);

    assertThat(takeAsked()).containsExactlyInAnyOrder("c", "d", "e");
    for (Future<Map<String, byte[]>> one : first) {
      assertThat(one.get(20, TimeUnit.SECONDS)).hasSize(1);
    }
    for (Future<Map<String, byte[]>> one : later) {
      assertThat(one.get(20, TimeUnit.SECONDS)).containsKeys("c", "d", "e");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void whoWaitsForAHungCacheGivesUpInTimeAndLeavesNothingBehind() throws Exception {
    asMayBeUnderWay();

    assertThat(get("late", Duration.ofMillis(50)).get(20, TimeUnit.SECONDS)).isEmpty();

    answers.release(UNDER_WAY + 1);
    assertThat(get("c", LONG).get(20, TimeUnit.SECONDS)).containsOnlyKeys("c");
    assertThat(takeAsked()).containsExactly("c");
  }

  @Test
  void manyKeysAreAskedAloneAndAtOnce() throws Exception {
    asMayBeUnderWay();
    List<String> names = IntStream.range(0, 50).mapToObj(i -> "k" + i).toList();

    Future<Map<String, byte[]>> many = callers.submit(() -> gets.get(names, LONG, this::answer));

    assertThat(takeAsked()).hasSize(50);
    answers.release(UNDER_WAY + 1);
    assertThat(many.get(20, TimeUnit.SECONDS)).hasSize(50);
  }

  /** Gets that are not answered yet, so many that the next one has to wait. */
  private List<Future<Map<String, byte[]>>> asMayBeUnderWay() throws InterruptedException {
    List<Future<Map<String, byte[]>>> begun = new ArrayList<>();
    for (int i = 0; i < UNDER_WAY; i++) {
      begun.add(get("first-" + i, LONG));
      takeAsked();
    }
    return begun;
  }

  private Future<Map<String, byte[]>> get(String name, Duration timeout) {
    return callers.submit(() -> gets.get(List.of(name), timeout, this::answer));
  }

  private Collection<String> takeAsked() throws InterruptedException {
    Collection<String> names = asked.poll(20, TimeUnit.SECONDS);
    assertThat(names).as("nobody asked the cache").isNotNull();
    return names;
  }

  private void awaitWaiting(int count) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (gets.waiting() < count) {
      assertThat(System.nanoTime()).as("they do not wait").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private Map<String, byte[]> answer(Collection<String> names, long millis) {
    asked.add(names);
    answers.acquireUninterruptibly();
    Map<String, byte[]> found = new HashMap<>();
    names.forEach(name -> found.put(name, new byte[] {1}));
    return found;
  }
}
