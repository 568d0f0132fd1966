package org.tanada.deploy.command;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all commands that go to boards are told of ssh. */
final class SshOptions {
  @Option(
      names = "--ssh-config",
      paramLabel = "FILE",
      description = "Instead of your own ssh configuration.")
  private @Nullable Path configuration;

  /** The file for {@code ssh -F}, if one was given. */
  Optional<Path> configuration() {
    return Optional.ofNullable(configuration);
  }
}
