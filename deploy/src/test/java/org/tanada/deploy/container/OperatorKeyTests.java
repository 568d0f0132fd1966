package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.ServiceKeyring;

/** A command that runs on while the keys in the set-up's volume are replaced. */
class OperatorKeyTests {
  @TempDir Path directory;
  private ServiceKeyring volume;
  private OperatorKey operator;
  private Instant now = Instant.parse("2026-11-22T10:15:00Z");

  @BeforeEach
  void begin() throws IOException {
    Path secrets = Files.createDirectories(directory.resolve("volume"));
    volume = new ServiceKeyring(secrets);
    volume.make();
    Path program = directory.resolve("docker");
    Files.writeString(
        program,
        """
        #!/bin/sh
        echo "$1" >> %1$s/calls
        case $1 in ps) echo id ;; cp) cp "%2$s/${2##*/}" "$3" ;; esac
        """
            .formatted(directory, secrets));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    operator =
        new OperatorKey(
            new Home(directory, directory.resolve("state")),
            Docker.of(Optional.of(program), directory),
            "tanada",
            () -> now);
  }

  private String keyShown() throws IOException {
    return List.of(operator.credential(ServiceName.ROUTER).split("\\.", -1)).get(2);
  }

  private String keyOfVolume() throws IOException {
    return volume.own(ServiceName.OPERATOR).split(" ", 2)[0];
  }

  private long copies() throws IOException {
    return Files.readAllLines(directory.resolve("calls")).stream().filter("cp"::equals).count();
  }

  private void replaceKeys() throws IOException {
    volume.add(now);
    volume.use(now.plus(Duration.ofMinutes(5)));
  }

  @Test
  void whatAnotherCommandHasReplacedSignsSoon() throws IOException {
    String before = keyShown();
    assertThat(before).isEqualTo(keyOfVolume());
    replaceKeys();

    now = now.plusSeconds(20);
    assertThat(keyShown()).as("not copied for each question").isEqualTo(before);
    assertThat(copies()).isEqualTo(1);
    now = now.plusSeconds(11);

    assertThat(keyShown()).isEqualTo(keyOfVolume()).isNotEqualTo(before);
    assertThat(copies()).isEqualTo(2);
  }

  @Test
  void whoeverHasReplacedThemSignsWithTheNewOneAtOnce() throws IOException {
    String before = keyShown();
    replaceKeys();

    operator.forget();

    assertThat(keyShown()).isEqualTo(keyOfVolume()).isNotEqualTo(before);
  }
}
