package org.tanada.deploy.container;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.measure.RequestCount;

/** What containers use, and how much they have to do. */
final class Usage {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int AT_A_TIME = 8;
  private static final Pattern SIZE = Pattern.compile("([0-9.]+)([kKMGT]?i?)B");

  private final Docker docker;
  private final OperatorKey operator;
  private final Map<String, Sample> before = new HashMap<>();

  Usage(Docker docker, OperatorKey operator) {
    this.docker = docker;
    this.operator = operator;
  }

  private record Sample(long nanos, double requests) {}

  /**
   * What a container uses.
   *
   * @param cpuPercent of one processor
   * @param requestsPerSecond since the look before; null for what is not one of our services
   */
  record Figures(
      @Nullable Double cpuPercent, @Nullable Long memoryBytes, @Nullable Double requestsPerSecond) {
    static final Figures UNKNOWN = new Figures(null, null, null);
  }

  /** Looks at those that run; by container id. */
  Map<String, Figures> look(List<Container> all) throws IOException, InterruptedException {
    List<Container> running = all.stream().filter(Container::running).toList();
    if (running.isEmpty()) {
      return Map.of();
    }
    Map<String, Figures> figures = new HashMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      Future<Map<String, Figures>> used = threads.submit(() -> used(running));
      Map<String, Future<OptionalDouble>> asked = new HashMap<>();
      for (Container container : running) {
        if (isService(container)) {
          asked.put(container.id(), threads.submit(() -> requests(container)));
        }
      }
      figures.putAll(used.get());
      for (Map.Entry<String, Future<OptionalDouble>> entry : asked.entrySet()) {
        Figures known = figures.getOrDefault(entry.getKey(), Figures.UNKNOWN);
        Double rate = rate(entry.getKey(), entry.getValue().get());
        figures.put(entry.getKey(), new Figures(known.cpuPercent(), known.memoryBytes(), rate));
      }
    } catch (ExecutionException e) {
      throw new IOException("a container cannot be looked at", e);
    }
    return figures;
  }

  private static boolean isService(Container container) {
    return Stream.of(Module.values()).anyMatch(m -> container.service().startsWith(m.directory()));
  }

  private @Nullable Double rate(String id, OptionalDouble requests) {
    if (requests.isEmpty()) {
      before.remove(id);
      return null;
    }
    Sample now = new Sample(System.nanoTime(), requests.getAsDouble());
    Sample then = before.put(id, now);
    return then == null || now.requests() < then.requests()
        ? null
        : (now.requests() - then.requests()) / ((now.nanos() - then.nanos()) / 1e9);
  }

  private OptionalDouble requests(Container container) throws IOException {
    return ServiceCall.ask(
            docker, container, operator.credential(container), "/actuator/prometheus", "", LIMIT)
        .filter(reply -> reply.status() == 200)
        .map(reply -> OptionalDouble.of(RequestCount.sum(reply.body().lines())))
        .orElse(OptionalDouble.empty());
  }

  private Map<String, Figures> used(List<Container> running) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "stats",
                "--no-stream",
                "--no-trunc",
                "--format",
                "{{.ID}}\t{{.CPUPerc}}\t{{.MemUsage}}"));
    running.forEach(container -> command.add(container.id()));
    return parse(docker.run(LIMIT, command).output());
  }

  /** Reads lines of id, percentage, {@code 120.5MiB / 320MiB}. */
  static Map<String, Figures> parse(String lines) {
    Map<String, Figures> figures = new HashMap<>();
    for (String line : lines.lines().toList()) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 3) {
        figures.put(fields[0], new Figures(percent(fields[1]), bytes(fields[2]), null));
      }
    }
    return figures;
  }

  private static @Nullable Double percent(String text) {
    return text.matches("[0-9.]+%") ? Double.valueOf(text.substring(0, text.length() - 1)) : null;
  }

  private static @Nullable Long bytes(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.lookingAt()) {
      return null;
    }
    String unit = matcher.group(2).toLowerCase(Locale.ROOT);
    double base = unit.endsWith("i") ? 1024 : 1000;
    int power = unit.isEmpty() ? 0 : "kmgt".indexOf(unit.charAt(0)) + 1;
    return (long) (Double.parseDouble(matcher.group(1)) * Math.pow(base, power));
  }
}
