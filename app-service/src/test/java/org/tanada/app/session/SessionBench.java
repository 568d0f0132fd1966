package org.tanada.app.session;

import jakarta.servlet.http.Cookie;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.web.MockHttpServletRequest;
import org.tanada.app.config.AppProperties;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.Revocations;

/**
 * What a warm session check costs beside a bare get of memcached: {@code bench/access.sh}. A warm
 * check asks no other service, so the CPU time of its thread is that of all services; a get's is
 * that of the client's thread and of memcached. By turns, the table has the medians.
 */
final class SessionBench {
  private static final int TURNS = Integer.getInteger("turns", 5);
  private static final int CHECKS = Integer.getInteger("checks", 200_000);
  private static final int GETS = Integer.getInteger("gets", 20_000);
  private static final int VALUE = 300; // about what an identity takes as JSON
  private static final int SESSIONS = 1000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final AtomicInteger asked = new AtomicInteger();
  private final SessionCookies cookies;
  private final MockHttpServletRequest[] requests = new MockHttpServletRequest[SESSIONS];

  private SessionBench() {
    InstantSource clock = InstantSource.system();
    Revocations revocations = new Revocations(clock);
    revocations.read(List.of(), Instant.now().plus(Duration.ofHours(1))); // heard all the while
    Identity identity =
        new Identity(
            4_503_599_627_370_497L,
            "hanako",
            "Hanako",
            List.of("customer"),
            4_503_599_627_370_498L,
            Instant.now().plus(Duration.ofDays(1)));
    AccountsContract accounts =
        (AccountsContract)
            Proxy.newProxyInstance(
                SessionBench.class.getClassLoader(),
                new Class<?>[] {AccountsContract.class},
                (proxy, method, arguments) -> {
                  asked.incrementAndGet();
                  return identity;
                });
    cookies =
        new SessionCookies(
            accounts,
            new Binder(List.of()).bindOrCreate("tanada.app", AppProperties.class),
            clock,
            revocations);
    for (int i = 0; i < SESSIONS; i++) {
      requests[i] = new MockHttpServletRequest("GET", "/me");
      requests[i].setCookies(new Cookie(SessionCookies.NAME, "%048d".formatted(i)));
    }
  }

  /** Prints a row of a Markdown table; the arguments are memcached's port and process. */
  public static void main(String[] args) throws Exception {
    new SessionBench().run(Integer.parseInt(args[0]), Long.parseLong(args[1]));
  }

  private void run(int port, long memcached) throws IOException {
    double[] checks = new double[TURNS];
    double[] gets = new double[TURNS];
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      out.write(bytes("set session 0 0 " + VALUE + "\r\n" + "x".repeat(VALUE) + "\r\n"));
      in.readFully(new byte["STORED\r\n".length()]);
      for (int turn = -2; turn < TURNS; turn++) { // the first two warm the compiler up
        double check = check();
        double get = get(in, out, memcached);
        if (turn >= 0) {
          checks[turn] = check;
          gets[turn] = get;
        }
      }
    }
    if (asked.get() > CHECKS / 10) {
      throw new IllegalStateException("the checks were not warm");
    }
    double ours = median(checks);
    double theirs = median(gets);
    System.out.printf(
        "| session check, warm, CPU of all services | a bare memcached get, CPU of both sides | %.2f µs | %.2f µs | %.3f | ≤ 4 |%n",
        ours, theirs, ours / theirs);
  }

  private double check() {
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < CHECKS; i++) {
      String cookie = cookies.read(requests[i % SESSIONS]);
      if (cookie == null || cookies.verify(cookie).isEmpty()) {
        throw new IllegalStateException("a good session was refused");
      }
    }
    return (THREADS.getCurrentThreadCpuTime() - start) / 1000.0 / CHECKS;
  }

  private static double get(DataInputStream in, OutputStream out, long memcached)
      throws IOException {
    byte[] request = bytes("get session\r\n");
    byte[] answer =
        new byte[("VALUE session 0 " + VALUE + "\r\n").length() + VALUE + "\r\nEND\r\n".length()];
    Duration before = cpu(memcached);
    long start = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < GETS; i++) {
      out.write(request);
      in.readFully(answer);
    }
    double client = (THREADS.getCurrentThreadCpuTime() - start) / 1000.0;
    double server = cpu(memcached).minus(before).toNanos() / 1000.0;
    return (client + server) / GETS;
  }

  private static Duration cpu(long process) {
    return ProcessHandle.of(process).flatMap(p -> p.info().totalCpuDuration()).orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
