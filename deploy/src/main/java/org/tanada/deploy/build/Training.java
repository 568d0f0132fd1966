package org.tanada.deploy.build;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Programs.Program;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;

/**
 * Makes the AOT caches that halve the services' start: one training run per program, which starts
 * the service up to its full context and ends. A run that fails costs start time only, so it is a
 * warning.
 */
public final class Training {
  private static final int AT_A_TIME = 2;
  private static final int SECONDS = 600;

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
    Map<Module, Program> untrained = new java.util.LinkedHashMap<>();
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
      Path inventory = directory.resolve("inventory.yml");
      Files.writeString(inventory, "{}\n");
      new Secrets(home).give(module.kind(), directory.resolve("secrets"));
      Path cache = directory.resolve("fresh.aot");
      Path log = directory.resolve("training.log");
      List<String> command = new ArrayList<>(List.of(Java.program()));
      command.addAll(module.jvmOptions());
      command.add("-XX:AOTCacheOutput=" + cache);
      command.add("-Dspring.context.exit=onRefresh");
      command.addAll(List.of("-jar", program.jar().toString()));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(directory.toFile());
      builder.environment().putAll(environment(module, directory, inventory));
      builder.redirectErrorStream(true);
      builder.redirectInput(new File("/dev/null"));
      builder.redirectOutput(log.toFile());
      Process process = builder.start();
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      if (!ended) {
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

  private static Map<String, String> environment(Module module, Path directory, Path inventory)
      throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Map<String, String> env = new java.util.LinkedHashMap<>();
    env.put("MALLOC_ARENA_MAX", "2");
    env.put("TANADA_NODE", module.kind().name().toLowerCase(java.util.Locale.ROOT) + "-0");
    env.put("SERVER_ADDRESS", "127.0.0.1");
    env.put("SERVER_PORT", "0");
    env.put("TANADA_MEMBERSHIP_SOURCE", "file");
    env.put("TANADA_MEMBERSHIP_FILE", inventory.toString());
    env.put("SPRING_CONFIG_IMPORT", "configtree:" + directory.resolve("secrets") + "/");
    if (module.kind() == Kind.LB) {
      env.put("MANAGEMENT_SERVER_ADDRESS", "127.0.0.1");
      env.put("MANAGEMENT_SERVER_PORT", "0");
    }
    if (module.kind() == Kind.EDGE) {
      env.put("TANADA_EDGE_ADDRESS", "127.0.0.1");
      env.put("TANADA_EDGE_PORT", "0");
      env.put("TANADA_EDGE_REGION", "tokyo");
      env.put("TANADA_EDGE_DIRECTORY", data.toString());
    }
    if (module.kind() == Kind.STORAGE) {
      env.put("TANADA_STORAGE_PURPOSE", "profiles");
      env.put("TANADA_STORAGE_DIRECTORY", data.toString());
    }
    if (module.kind() == Kind.APP) {
      env.put("TANADA_APP_PUBLICURL", "http://localhost:8080");
    }
    return env;
  }
}
