package org.tanada.deploy.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;

/** Looks at every node; rates are those since the survey before. */
public final class Survey {
  private static final int AT_A_TIME = 16;

  private final Home home;
  private final Control control;
  private final Secrets secrets;
  private Map<String, Sample> before = Map.of();
  private long lookedBefore;

  /** Surveys of an installation. */
  public Survey(Home home) {
    this.home = home;
    this.control = new Control(home);
    this.secrets = new Secrets(home);
  }

  private record Sample(long pid, ProcessUsage usage, OptionalDouble requests) {}

  /** Looks at all nodes at once. */
  public List<NodeStatus> look() throws IOException, InterruptedException {
    Desired desired = control.desired();
    Observed observed = control.observed();
    boolean supervised = control.supervised();
    long now = System.nanoTime();
    Map<String, Sample> samples = sample(desired, observed);
    double seconds = (now - lookedBefore) / 1e9;
    List<NodeStatus> statuses = new ArrayList<>();
    for (Wanted wanted : desired.nodes()) {
      Seen seen = observed.find(wanted.node().name()).orElse(null);
      if (seen != null || wanted.run() != Desired.Run.REMOVED) {
        statuses.add(status(wanted, seen, samples, seconds, supervised));
      }
    }
    before = samples;
    lookedBefore = now;
    return statuses;
  }

  private Map<String, Sample> sample(Desired desired, Observed observed)
      throws IOException, InterruptedException {
    if (desired.nodes().isEmpty()) {
      return Map.of();
    }
    CredentialIssuer operator = secrets.serviceKeys().operator();
    SSLContext tls = InsideTrust.of(home);
    Map<String, Future<Sample>> asked = new LinkedHashMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      for (Wanted wanted : desired.nodes()) {
        ProcessId process =
            observed.find(wanted.node().name()).map(Seen::process).orElse(ProcessId.NONE);
        if (process.alive()) {
          asked.put(
              wanted.node().name(),
              threads.submit(() -> sample(wanted.node(), process.pid(), operator, tls)));
        }
      }
      Map<String, Sample> samples = new LinkedHashMap<>();
      for (Map.Entry<String, Future<Sample>> entry : asked.entrySet()) {
        samples.put(entry.getKey(), entry.getValue().get());
      }
      return samples;
    } catch (ExecutionException e) {
      throw new IOException("a node cannot be looked at", e);
    }
  }

  private static Sample sample(
      PlannedNode node, long pid, CredentialIssuer operator, @Nullable SSLContext tls) {
    OptionalDouble requests =
        node.kind().service()
            ? RequestCount.of(node.control(), operator.of(ServiceName.ofTier(node.tier())), tls)
            : OptionalDouble.empty();
    return new Sample(pid, ProcessUsage.of(pid), requests);
  }

  private NodeStatus status(
      Wanted wanted,
      @Nullable Seen seen,
      Map<String, Sample> samples,
      double seconds,
      boolean supervised) {
    PlannedNode node = wanted.node();
    Sample now = samples.get(node.name());
    Sample then = before.get(node.name());
    boolean comparable = now != null && then != null && now.pid() == then.pid();
    Double cpu = null;
    Double requests = null;
    if (now != null && then != null && comparable) {
      cpu =
          100
              * (now.usage().cpuTicks() - then.usage().cpuTicks())
              / ProcessUsage.TICKS_PER_SECOND
              / seconds;
      if (now.requests().isPresent() && then.requests().isPresent()) {
        requests =
            Math.max(0, (now.requests().getAsDouble() - then.requests().getAsDouble()) / seconds);
      }
    }
    State state = seen == null ? State.STARTING : seen.state();
    if (!supervised && now == null && state != State.STOPPED) {
      state = State.DOWN;
    }
    String problem = seen == null ? "" : seen.problem();
    if (!supervised && now != null && problem.isEmpty()) {
      problem = "not supervised: run ./tanada up";
    }
    if (problem.isEmpty()) {
      problem = wanted.run().note();
    }
    return new NodeStatus(
        node.name(),
        node.tier(),
        node.address().toString(),
        state.word(),
        seen == null ? "" : seen.version(),
        now == null ? 0 : now.pid(),
        seen == null ? 0 : seen.restarts(),
        now == null || seen == null ? null : (System.currentTimeMillis() - seen.since()) / 1000,
        cpu,
        now == null ? null : now.usage().residentKilobytes() << 10,
        requests,
        problem);
  }
}
