package org.tanada.common.membership;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tiers that this process calls, each probed from the moment it is first asked for. */
public final class LiveTiers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveTiers.class);

  private final Membership membership;
  private final Probes probes;
  private final Map<String, LiveTier> tiers = new ConcurrentHashMap<>();
  private final ScheduledExecutorService prober;

  /** Probes at the interval and with the time-out of the properties. */
  public LiveTiers(Membership membership, Duration probeInterval, Duration probeTimeout) {
    this(membership, probeInterval, probeTimeout, null);
  }

  /** The same where nodes may be called by TLS, with what the calls need for that. */
  public LiveTiers(
      Membership membership,
      Duration probeInterval,
      Duration probeTimeout,
      @Nullable SSLContext tls) {
    this.membership = membership;
    this.probes = new Probes(probeTimeout, tls);
    this.prober =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("readiness-probes").factory());
    prober.scheduleWithFixedDelay(this::probe, 0, probeInterval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The live view of a tier. */
  public LiveTier tier(String name) {
    return tiers.computeIfAbsent(name, t -> new LiveTier(t, membership, probes));
  }

  @Override
  public void close() {
    prober.shutdownNow();
  }

  private void probe() {
    for (LiveTier tier : tiers.values()) {
      try {
        tier.probe();
      } catch (RuntimeException e) {
        log.error("probing failed", e); // thrown on, it would end all probing for good
      }
    }
  }
}
