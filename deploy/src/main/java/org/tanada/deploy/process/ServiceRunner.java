package org.tanada.deploy.process;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.tanada.common.membership.Probes;
import org.tanada.deploy.build.Java;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.build.Programs.Program;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;

/** Runs one of our Spring Boot services. */
final class ServiceRunner implements NodeRunner {
  private static final int PROBE_MILLIS = 1500;

  private final Home home;
  private final Supplier<Topology> topology;
  private @Nullable SSLSocketFactory trust;

  ServiceRunner(Home home, Supplier<Topology> topology) {
    this.home = home;
    this.topology = topology;
  }

  @Override
  public Started start(Wanted wanted) throws IOException {
    PlannedNode node = wanted.node();
    Module module = Module.of(node.kind());
    Program program =
        new Programs(home)
            .current(module)
            .orElseThrow(() ->
                new OperatorException(
                    module.directory() + " is not built: run ./tanada up, which builds it"));
    Path directory = home.node(node.name());
    StateFiles.privateDirectory(directory.resolve("data"));
    new Secrets(home).give(node.kind(), directory.resolve("secrets"));
    if (node.tls()) {
      InsideTrust.give(home, directory.resolve("secrets"));
    }
    Topology installation = topology.get();
    Map<String, String> environment =
        ServiceEnvironment.of(
            node,
            home.inventory(),
            directory.resolve("secrets"),
            directory.resolve("data"),
            "http://localhost:" + installation.ports().http());
    environment.putAll(installation.purposeSettings(node.tier()));
    Process process = Launch.start(home, node.name(), command(module, program), environment);
    return new Started(process, program.version(), program.build());
  }

  private static List<String> command(Module module, Program program) {
    List<String> command = new ArrayList<>();
    command.add(Java.program());
    command.addAll(module.jvmOptions());
    if (program.trained()) {
      command.add("-XX:AOTCache=" + program.aotCache());
      // a cache that does not fit is left aside without a word for every class
      command.add("-Xlog:aot=off,cds=off");
    }
    command.add("-jar");
    command.add(program.jar().toString());
    return command;
  }

  @Override
  public Probe probe(Wanted wanted) {
    URI address = wanted.node().control().resolve(Probes.READINESS);
    try {
      return wanted.node().tls() ? readiness(address, trust()) : readiness(address, null);
    } catch (IOException e) {
      return Probe.notReady(String.valueOf(e.getMessage()));
    }
  }

  /** Read once: a connection is kept with what it was made by. */
  private synchronized @Nullable SSLSocketFactory trust() throws IOException {
    if (trust == null) {
      SSLContext fresh = InsideTrust.of(home);
      trust = fresh == null ? null : fresh.getSocketFactory();
    }
    return trust;
  }

  /** Asks a readiness address; {@code tls} is for one with https. */
  static Probe readiness(URI address, @Nullable SSLSocketFactory tls) {
    try {
      int status = Probes.status(address, PROBE_MILLIS, tls);
      return status == 200 ? Probe.READY : Probe.notReady("not ready (" + status + ")");
    } catch (ConnectException e) {
      return Probe.SILENT;
    } catch (SocketTimeoutException e) {
      return Probe.notReady("does not answer within " + PROBE_MILLIS + " ms");
    } catch (IOException e) {
      return Probe.SILENT;
    }
  }
}
