package org.tanada.deploy.command;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.traffic.Mix;
import org.tanada.deploy.traffic.Recorder;
import org.tanada.deploy.traffic.Traffic;
import org.tanada.deploy.traffic.TrafficLog;
import org.tanada.deploy.traffic.TrafficProcess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Gentle load through the front door. */
@Command(
    name = "traffic",
    description = "Gentle load of a few virtual users through the front door.",
    subcommands = {TrafficCommand.Start.class, TrafficCommand.Stop.class, TrafficCommand.Run.class})
public final class TrafficCommand extends Operation {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("picocli injects it");
    }
    throw new CommandLine.ParameterException(own.commandLine(), "say start or stop");
  }

  private static @Nullable Double rate(String text) {
    if (text.equals("max")) {
      return 0.0;
    }
    try {
      double rate = Double.parseDouble(text);
      return rate >= 0 && rate <= 10_000 ? rate : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Lets traffic flow until {@code traffic stop}. */
  @Command(name = "start", description = "Lets traffic flow until traffic stop.")
  static final class Start extends Operation {
    @Option(
        names = "--rate",
        paramLabel = "R",
        defaultValue = "20",
        description = "Requests a second, or max (default: ${DEFAULT-VALUE}).")
    private String rate = "20";

    @Option(
        names = "--mix",
        paramLabel = "M",
        defaultValue = "shop",
        description = "browse, shop or write (default: ${DEFAULT-VALUE}).")
    private Mix mix = Mix.SHOP;

    @Override
    public Integer call() throws Exception {
      URI front = launcher().frontDoor();
      Double perSecond = rate(rate);
      if (perSecond == null) {
        throw new OperatorException("--rate wants a number from 0 to 10000, or max: " + rate);
      }
      new TrafficProcess(home).start(front, perSecond, mix);
      say(
          "Traffic flows ("
              + rate
              + " requests/s, "
              + mix.name().toLowerCase(java.util.Locale.ROOT)
              + "); ./tanada traffic stop ends it.");
      answer(
          Map.of(
              "state",
              "flowing",
              "rate",
              rate,
              "mix",
              mix.name().toLowerCase(java.util.Locale.ROOT)));
      return DONE;
    }
  }

  /** Ends the traffic. */
  @Command(name = "stop", description = "Ends the traffic.")
  static final class Stop extends Operation {
    @Override
    public Integer call() throws Exception {
      boolean ran = new TrafficProcess(home).stop();
      say(ran ? "The traffic has ended." : "No traffic flows.");
      answer(Map.of("state", "stopped", "ran", ran));
      return DONE;
    }
  }

  /** The generator's own process. */
  @Command(name = "run", hidden = true, description = "Sends the traffic.")
  static final class Run extends Operation {
    private static final int USERS_AT_MOST = 16;
    private static final Duration FOREVER = Duration.ofDays(365);

    @Option(names = "--front", required = true)
    private URI front = URI.create("http://localhost:8080");

    @Option(names = "--rate", required = true)
    private double rate;

    @Option(names = "--mix", required = true)
    private Mix mix = Mix.SHOP;

    @Override
    public Integer call() throws Exception {
      TrafficLog log = new TrafficProcess(home).log();
      Recorder recorder = new Recorder();
      try (ShopClient shop = new ShopClient(front, Duration.ofSeconds(20));
          ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
          Traffic traffic = new Traffic(shop, mix, recorder)) {
        clock.scheduleAtFixedRate(() -> tell(log, recorder), 1, 1, TimeUnit.SECONDS);
        if (rate > 0) {
          traffic.run(rate, FOREVER);
        } else {
          traffic.saturate(USERS_AT_MOST, FOREVER);
        }
      }
      return DONE;
    }

    private static void tell(TrafficLog log, Recorder recorder) {
      try {
        log.add(recorder.next(System.currentTimeMillis()));
      } catch (IOException e) {
        System.err.println("the second is lost: " + e); // a full disk must not end the traffic
      }
    }
  }
}
