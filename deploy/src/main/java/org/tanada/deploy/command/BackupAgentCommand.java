package org.tanada.deploy.command;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.tanada.deploy.backup.BackupAgent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process of node {@code backup-1}; the supervisor starts it. */
@Command(
    name = "backup-agent",
    hidden = true,
    description = "Keeps copies of the databases' logs, and saves them.")
public final class BackupAgentCommand extends Operation {
  @Option(names = "--port", required = true, description = "Where it says how it is.")
  private int port;

  @Option(names = "--address", defaultValue = "127.0.0.1", description = "The address that is of.")
  private String address = "";

  @Override
  public Integer call() throws Exception {
    try (BackupAgent agent = new BackupAgent(home)) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> leave(agent)));
      agent.listen(new InetSocketAddress(address, port));
      agent.run();
    }
    return DONE;
  }

  /** What was written last comes within a second or so; the tools end with us. */
  private static void leave(BackupAgent agent) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1500));
    agent.close();
  }
}
