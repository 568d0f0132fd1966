package org.tanada.deploy.process;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.tanada.common.membership.Probes;
import org.tanada.deploy.build.Java;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.Programs.Program;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;

/**
 * Makes the AOT caches that halve the services' start (JEP 483, 515): one training run per program,
 * which starts the service, asks it a few things and ends it. A run that fails costs start time
 * only, so it is a warning.
 */
public final class Training {
  private static final int AT_A_TIME = 2;
  private static final int SECONDS = 300;
  private static final int POLL_MILLIS = 100;
  private static final int ROUNDS = 5;

  private final Home home;
  private final Consumer<String> warn;
  private final Consumer<String> progress;

  /** Tells of failures and of how far it is. */
  public Training(Home home, Consumer<String> warn, Consumer<String> progress) {
    this.home = home;
    this.warn = warn;
    this.progress = progress;
  }

  /** Trains the programs that have no cache yet. */
  public void train(Map<Module, Program> programs) throws IOException, InterruptedException {
    Map<Module, Program> untrained = new LinkedHashMap<>();
    programs.forEach((module, program) -> {
      if (!program.trained() && !Files.exists(failure(program))) {
        untrained.put(module, program);
      }
    });
    if (untrained.isEmpty()) {
      return;
    }
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      List<Future<@Nullable String>> runs = new ArrayList<>();
      untrained.forEach((module, program) ->
          runs.add(
              threads.submit(
                  (Callable<@Nullable String>)
                      () -> {
                        progress.accept(
                            "first start of this build: recording %s (%d of %d done)"
                                .formatted(module.directory(), done.get(), untrained.size()));
                        String problem = train(module, program);
                        done.incrementAndGet();
                        return problem;
                      })));
      for (Future<@Nullable String> run : runs) {
        String problem = run.get();
        if (problem != null) {
          warn.accept(problem);
        }
      }
    } catch (ExecutionException e) {
      warn.accept("no AOT cache: " + e.getCause());
    }
  }

  /** Marks a program whose training failed, so that it is not tried again at each start. */
  private static Path failure(Program program) {
    return program.aotCache().resolveSibling("training-failed.log");
  }

  private @Nullable String train(Module module, Program program)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(home.lib(), ".training-");
    try {
      Path cache = directory.resolve("fresh.aot");
      Path log = directory.resolve("training.log");
      PlannedNode node = node(module);
      Process process = start(module, program, node, directory, cache, log);
      try {
        use(process, node, trust());
      } finally {
        process.destroy(); // it ends in an orderly way, and writes the cache
      }
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return module.directory() + " starts without an AOT cache: recording took too long";
      }
      if (!Files.exists(cache)) {
        Files.copy(log, failure(program), StandardCopyOption.REPLACE_EXISTING);
        return module.directory()
            + " starts without an AOT cache (its training run failed, see "
            + failure(program)
            + ")";
      }
      Files.move(cache, program.aotCache(), StandardCopyOption.ATOMIC_MOVE);
      return null;
    } finally {
      StateFiles.deleteTree(directory);
    }
  }

  private Process start(
      Module module, Program program, PlannedNode node, Path directory, Path cache, Path log)
      throws IOException {
    Path inventory = directory.resolve("inventory.yml");
    Files.writeString(inventory, "{}\n");
    Path secrets = directory.resolve("secrets");
    new Secrets(home).give(module.kind(), secrets);
    InsideTrust.give(home, secrets);
    List<String> command = new ArrayList<>(List.of(Java.program()));
    command.addAll(module.jvmOptions());
    command.addAll(Module.recordingOptions());
    command.add("-XX:AOTCacheOutput=" + cache);
    command.addAll(List.of("-jar", program.jar().toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    Path data = Files.createDirectories(directory.resolve("data"));
    builder
        .environment()
        .putAll(
            ServiceEnvironment.of(
                node, inventory, secrets, data, "http://localhost:" + Ports.DEFAULT.http()));
    builder.environment().put("TANADA_DRAINDELAY", "0ms");
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(log.toFile());
    return builder.start();
  }

  private @Nullable SSLSocketFactory trust() throws IOException {
    SSLContext trust = InsideTrust.of(home);
    return trust == null ? null : trust.getSocketFactory();
  }

  /**
   * A node of no installation: nobody is listed but it does not know of anybody either. It speaks
   * TLS, so that what that needs is recorded, too: without it a start takes half as long again.
   */
  private static PlannedNode node(Module module) throws IOException {
    try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String tier = module.kind() == Kind.STORAGE ? "storage-profiles" : lower(module.kind());
      boolean twoPorts = Set.of(Kind.EDGE, Kind.LB, Kind.ROUTER).contains(module.kind());
      return new PlannedNode(
              tier + "-0",
              tier,
              0,
              one.getLocalPort(),
              twoPorts ? two.getLocalPort() : one.getLocalPort(),
              "tokyo")
          .speaking(true);
    }
  }

  /** Asks what every node is asked all the time, so that this is recorded, too. */
  private static void use(Process process, PlannedNode node, @Nullable SSLSocketFactory tls)
      throws InterruptedException {
    URI liveness = node.control().resolve("/actuator/health/liveness");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (process.isAlive() && !ServiceRunner.readiness(liveness, tls).equals(Probe.READY)) {
      if (System.nanoTime() > end) {
        return; // what was recorded until now is of use
      }
      process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    }
    for (int i = 0; i < ROUNDS; i++) {
      ServiceRunner.readiness(node.control().resolve(Probes.READINESS), tls);
      ServiceRunner.readiness(node.control().resolve("/actuator/prometheus"), tls);
      ServiceRunner.readiness(node.address().resolve("/"), tls);
    }
  }

  private static String lower(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
