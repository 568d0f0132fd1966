package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.backup.BackupAge;
import org.tanada.deploy.backup.BackupSetup;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.TopologyFile;

/**
 * What is asked of the engine for backups: it is a script here that writes down what it was asked.
 */
class ContainerBackupsTests {
  @TempDir Path directory;
  private Home home;

  @BeforeEach
  void begin() throws IOException {
    home = new Home(cloned(), directory.resolve("state"));
    StateFiles.privateDirectory(home.directory());
    StateFiles.write(home.topology(), TopologyFile.write(TopologyFile.shipped(false)));
  }

  /** What a clone has of what goes to a disk. */
  private Path cloned() throws IOException {
    Path clone = Files.createDirectories(directory.resolve("clone"));
    for (String file :
        List.of(
            "tanada",
            "docker-compose.yml",
            "small.env",
            "nginx/nginx.conf",
            "deploy/image/mail.yml",
            "deploy/target/deploy-0.1.jar",
            "app-service/target/app-service-0.1.jar")) {
      Files.createDirectories(StateFiles.parent(clone.resolve(file)));
      Files.writeString(clone.resolve(file), file);
    }
    return clone;
  }

  /** An engine with the node of backups and a database, that answers as the script does. */
  private ContainerBackups backups(String script) throws IOException {
    Path program = directory.resolve("docker");
    Files.writeString(
        program,
        """
        #!/bin/bash
        printf '%%s ' "$@" >>%1$s/asked
        printf '<%%s>\\n' "$TANADA_REPOSITORY" >>%1$s/asked
        case "$*" in
          ps*) echo one ;;
          inspect*) cat %1$s/inspected ;;
          *config*--images*) printf 'tanada/backup:latest\\nmemcached:1.6\\ntanada/backup:latest\\n' ;;
          save*) echo images >"$3" ;;
          *'cat >"$0"'*) cat >>%1$s/brought ;;
          %2$s
        esac
        """
            .formatted(directory, script));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        directory.resolve("inspected"),
        "[" + container("backup") + ", " + container("mysql-1-a") + "]");
    Docker docker = Docker.of(Optional.of(program), home.root());
    return new ContainerBackups(
        home,
        docker,
        new Compose(home, docker, "tanada"),
        new Containers(docker, "tanada", home.root()),
        "tanada");
  }

  private static String container(String service) {
    return """
    {"Id": "id-of-%1$s", "Name": "/tanada-%1$s-1", "Image": "sha256:0123", "State": {"Status": "running"},
     "Config": {"Labels": {"com.docker.compose.service": "%1$s", "com.docker.compose.container-number": "1"}}}
    """
        .formatted(service);
  }

  private List<String> asked(String part) throws IOException {
    return Files.readAllLines(directory.resolve("asked")).stream()
        .filter(line -> line.contains(part))
        .toList();
  }

  @Test
  void whatTheAgentMadeByItselfIsNotedHere() throws IOException {
    Instant now = Instant.now();
    String last =
        "{\"snapshot\":\"a\",\"from\":\"%1$s\",\"recorded\":\"%1$s\",\"bytesAdded\":1,\"files\":1,\"seconds\":1}"
            .formatted(now);
    ContainerBackups backups =
        backups(
            "exec*last.json*verified.json*schedule.json*) printf '%s\\n\\n\\n' '" + last + "' ;;");

    backups.noteAge();

    assertThat(BackupAge.of(home).made()).contains(now);
    assertThat(BackupAge.of(home).verified()).isEmpty();
    assertThat(asked("exec")).singleElement().asString().startsWith("exec id-of-backup ");
  }

  @Test
  void whatIsKnownStaysWhereTheAgentEndsJustNow() throws IOException {
    StateFiles.privateDirectory(home.directory().resolve("backup"));
    Path known = home.directory().resolve("backup/verified.json");
    StateFiles.write(
        known, "{\"good\":null,\"tried\":\"2026-11-22T10:15:00Z\",\"failure\":\"no\"}");

    backups("exec*) exit 1 ;;").noteAge();

    assertThat(BackupAge.of(home).failure()).isEqualTo("no");
  }

  @Test
  void repositoryElsewhereHasNoDirectoryHereAndGetsItsKeysByTheVolume() throws IOException {
    String repository = "s3:https://somewhere/bucket";
    StateFiles.privateDirectory(home.secrets());
    StateFiles.write(home.secrets().resolve("backup-environment"), "AWS_ACCESS_KEY_ID=me\n");

    backups("*) ;;").begin(repository);

    assertThat(BackupSetup.repository(home)).contains(repository);
    assertThat(ContainerBackups.inside(repository)).isEqualTo(repository);
    assertThat(directory.resolve("brought")).hasContent("AWS_ACCESS_KEY_ID=me\n");
    assertThat(asked("/state/secrets/backup-environment")).hasSize(1);
    assertThat(asked("chown")).isEmpty();
    assertThat(asked(" up -d ")).singleElement().asString().endsWith("backup <>");
  }

  @Test
  void directoryBelongsToWhomTheContainersRunAs() throws IOException {
    Path repository = directory.resolve("disk/repository");

    backups("*) ;;").begin(repository.toString());

    assertThat(ContainerBackups.inside(repository.toString())).isEqualTo("/repository");
    assertThat(asked("chown")).singleElement().asString().contains(repository + ":/repository");
    assertThat(asked(" up -d ")).singleElement().asString().endsWith("<" + repository + ">");
  }

  @Test
  void diskHasImagesProgramAndStepsBesideTheBackups() throws IOException {
    Path disk = Files.createDirectories(directory.resolve("disk"));
    ContainerBackups backups = backups("*'backup list'*) echo 'BACKUP of today' ;; *) ;;");

    Path set = backups.export(disk, _ -> {});

    assertThat(set).isEqualTo(disk.resolve("tanada-backup"));
    assertThat(asked("backup export /copy"))
        .singleElement()
        .asString()
        .contains("--volume " + set.resolve("repository") + ":/copy");
    assertThat(asked("save")).singleElement().asString().contains("memcached:1.6 tanada/backup:l");
    assertThat(set.resolve("images.tar")).hasContent("images");
    assertThat(set.resolve("README.txt")).content().contains("BACKUP of today").doesNotContain("@");
    for (String file : List.of("tanada", "docker-compose.yml", "small.env", "nginx/nginx.conf")) {
      assertThat(set.resolve("tanada").resolve(file)).exists();
    }
    assertThat(set.resolve("tanada/deploy/target/deploy-0.1.jar")).exists();
    assertThat(set.resolve("tanada/app-service")).as("it is in an image").doesNotExist();
  }

  @Test
  void imagesThatCannotBeCopiedAreOneLineAndNoneAreLeft() throws IOException {
    Path disk = Files.createDirectories(directory.resolve("disk"));
    ContainerBackups backups = backups("*) ;;");
    Path program = directory.resolve("docker");
    Files.writeString(
        program,
        Files.readString(program)
            .replace("save*) echo images >\"$3\"", "save*) echo 'no space left' >&2; exit 1"));

    assertThatThrownBy(() -> backups.export(disk, _ -> {}))
        .isInstanceOf(OperatorException.class)
        .hasMessage("the images cannot be copied: no space left");
    assertThat(disk.resolve("tanada-backup/images.tar")).doesNotExist();
    assertThat(disk.resolve("tanada-backup/README.txt")).doesNotExist();
  }

  @Test
  void rehearsalEmptiesTheVolumesAndFillsThemAgain() throws IOException {
    ContainerBackups backups = backups("*) ;;");

    backups.destroy();
    backups.inPlace(List.of("--at", "2026-11-22T10:15:00Z"), _ -> {});

    assertThat(asked("-T restore destroy")).hasSize(1);
    assertThat(asked("backup restore --into /state/backup/restored --at 2026-11-22T10:15:00Z"))
        .hasSize(1);
    assertThat(asked("restore stead")).hasSize(1);
    assertThat(asked("/state/backup/timeline")).hasSize(1);
  }
}
