package org.tanada.deploy.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;

/** Runs this same program as the agent that keeps copies of the databases' logs. */
final class BackupRunner implements NodeRunner {
  private static final int MILLIS = 1500;

  private final Home home;

  BackupRunner(Home home) {
    this.home = home;
  }

  @Override
  public Started start(Wanted wanted) throws IOException {
    Process process =
        Launch.start(
            home,
            wanted.node().name(),
            Detached.program(
                "48m", List.of("backup-agent", "--port", Integer.toString(wanted.node().port()))),
            Detached.installation(home));
    return new Started(process, Versions.of("restic", "version"), "");
  }

  /** It says itself what is wrong. */
  @Override
  public Probe probe(Wanted wanted) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) wanted.node().address().resolve("/ready").toURL().openConnection();
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      if (connection.getResponseCode() == 200) {
        return Probe.READY;
      }
      try (InputStream in = connection.getErrorStream()) {
        return Probe.notReady(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      return Probe.SILENT;
    }
  }

  @Override
  public long graceMillis() {
    return 5000;
  }
}
