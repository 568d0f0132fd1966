package org.tanada.deploy.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.tanada.deploy.state.OperatorException;

/** The system's packages that an installation needs: named, asked for, and installed by apt. */
public final class Packages {
  /**
   * A program and the package that has it.
   *
   * @param program looked for on the path
   * @param name of the package; where apt does not know it, the fallback
   * @param fallback another package that has it; a program by this name will do as well
   */
  public record Need(String program, String name, String fallback) {}

  /** What the nodes are made of that are not our own services. */
  public static final List<Need> RUN =
      List.of(
          new Need("mariadbd", "mariadb-server-core", "mariadb-server"),
          new Need("mariadb-install-db", "mariadb-server-core", "mariadb-server"),
          new Need("mariadb", "mariadb-client-core", "mariadb-client"),
          new Need("memcached", "memcached", "memcached"),
          new Need("nginx", "nginx", "nginx-light"),
          new Need("setsid", "util-linux", "util-linux"));

  /** What backups need beside that. */
  public static final List<Need> BACKUP =
      List.of(
          new Need("restic", "restic", "restic"),
          new Need("mariadb-backup", "mariadb-backup", "mariadb-server"),
          new Need("mariadb-binlog", "mariadb-client", "mariadb-client"));

  /** What the tests need beside that. */
  public static final List<Need> TESTS =
      List.of(
          new Need("ffmpeg", "ffmpeg", "ffmpeg"),
          // draws into memory: the whole browser also draws its window, by the processor
          new Need("chromium-headless-shell", "chromium-headless-shell", "chromium"),
          new Need("curl", "curl", "curl"));

  private final Consumer<String> say;
  private final Predicate<String> ask;

  /** Tells what it does, and asks before it installs. */
  public Packages(Consumer<String> say, Predicate<String> ask) {
    this.say = say;
    this.ask = ask;
  }

  /** The packages that lack for running, by name. */
  public static Set<String> missing() {
    Set<String> names = new LinkedHashSet<>();
    RUN.stream()
        .filter(need -> Binaries.find(need.program()).isEmpty())
        .forEach(n -> names.add(n.name()));
    return names;
  }

  /** Installs what lacks for running. */
  public void need() throws IOException, InterruptedException {
    need(RUN);
  }

  /**
   * Installs what lacks.
   *
   * @throws OperatorException if the answer is no or apt fails, with the command to run by hand
   */
  public void need(List<Need> needs) throws IOException, InterruptedException {
    List<Need> missing = needs.stream().filter(n -> Binaries.find(n.program()).isEmpty()).toList();
    if (missing.isEmpty()) {
      return;
    }
    if (Binaries.find("apt-get").isEmpty()) {
      throw new OperatorException(
          "install by your system's means, then run this again: "
              + String.join(" ", missing.stream().map(Need::program).toList()));
    }
    Set<String> names = new LinkedHashSet<>();
    for (Need need : missing) {
      if (known(need.name())) {
        names.add(need.name());
      } else if (Binaries.find(need.fallback()).isEmpty()) {
        names.add(need.fallback());
      }
    }
    if (names.isEmpty()) {
      return;
    }
    if (names.contains("nginx") && known("libnginx-mod-stream")) {
      names.add("libnginx-mod-stream");
    }
    boolean root = "root".equals(System.getProperty("user.name"));
    String sudo = root ? "" : "sudo ";
    String byHand = sudo + "apt-get install " + String.join(" ", names);
    if (!ask.test("Install " + String.join(", ", names) + " with apt?")) {
      throw new OperatorException("packages are missing: run " + byHand + ", or give --yes");
    }
    if (!root && Binaries.find("sudo").isEmpty()) {
      throw new OperatorException("packages are missing: run as root " + byHand);
    }
    say.accept("installing " + String.join(", ", names));
    install(names, root, byHand);
  }

  private static boolean known(String name) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("apt-cache", "policy", name).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.contains("Candidate:") && !output.contains("Candidate: (none)");
  }

  /** Installs without starting the packages' own system services: ours are separate processes. */
  private void install(Set<String> names, boolean root, String byHand)
      throws IOException, InterruptedException {
    String script =
        """
        p=/usr/sbin/policy-rc.d
        if [ ! -e $p ]; then printf '#!/bin/sh\\nexit 101\\n' >$p; chmod 755 $p; trap 'rm -f $p' EXIT; fi
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "$@" || exit 1
        for s in nginx memcached mariadb; do
          case " $* " in *" $s "*) systemctl disable --quiet $s 2>/dev/null ;; esac
        done
        exit 0
        """;
    List<String> command = new ArrayList<>();
    if (!root) {
      command.add("sudo");
    }
    command.addAll(List.of("/bin/sh", "-c", script, "install"));
    command.addAll(names);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(15, TimeUnit.MINUTES) || process.exitValue() != 0) {
      List<String> lines = output.strip().lines().toList();
      throw new OperatorException(
          "apt failed (" + (lines.isEmpty() ? "no words" : lines.getLast()) + "): run " + byHand);
    }
  }
}
