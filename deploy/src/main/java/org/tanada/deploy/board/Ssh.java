package org.tanada.deploy.board;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/**
 * A board's shell, over the system's OpenSSH client. Nobody is asked anything, and a host key that
 * is not in {@code known_hosts} is refused. One connection serves all commands until this is
 * closed, or a minute after this process has ended without closing it.
 */
public final class Ssh implements AutoCloseable {
  private static final int OWN_FAILURE = 255;

  /** As root; by sudo for a user who is not. */
  private static final String ROOT_SHELL =
      "if [ \"$(id -u)\" = 0 ]; then exec bash -s; else exec sudo -n bash -s; fi";

  private final Board board;
  private final Optional<Path> configuration;
  private final Path directory;

  /**
   * The shell of a board; connects when it is first used.
   *
   * @param configuration file for {@code ssh -F}
   */
  public Ssh(Board board, Optional<Path> configuration) throws IOException {
    this.board = board;
    this.configuration = configuration;
    // of its own and short: a connection's socket is in it, whose path may have 107 bytes
    this.directory = Files.createTempDirectory(Path.of("/tmp"), "tanada-ssh-");
  }

  /** The board. */
  public Board board() {
    return board;
  }

  /**
   * Runs a script of bash as the user who logs in.
   *
   * @return what it wrote to its standard output
   * @throws OperatorException in one line: no connection, or the script failed
   */
  public String run(String script, Duration limit) throws IOException {
    return bash("bash -s", script, limit);
  }

  /**
   * Runs a script of bash as root.
   *
   * @return what it wrote to its standard output
   * @throws OperatorException in one line: no connection, no right to be root, or it failed
   */
  public String runAsRoot(String script, Duration limit) throws IOException {
    return bash(ROOT_SHELL, script, limit);
  }

  private String bash(String shell, String script, Duration limit) throws IOException {
    Path input = Files.createTempFile(directory, "script", "");
    Path output = Files.createTempFile(directory, "output", "");
    try {
      Files.writeString(input, script);
      ProcessBuilder ssh = new ProcessBuilder(command(shell));
      ssh.redirectInput(input.toFile()).redirectOutput(output.toFile());
      await(List.of(ssh), limit);
      return Files.readString(output);
    } finally {
      Files.deleteIfExists(input);
      Files.deleteIfExists(output);
    }
  }

  /**
   * Copies files of a directory, or what links there lead to, into one of the board, as root's, who
   * alone may write them.
   *
   * @param files paths relative to both directories
   * @param to a directory that exists
   */
  public void copy(Path from, List<String> files, String to, Duration limit) throws IOException {
    Path list = Files.createTempFile(directory, "files", "");
    try {
      Files.writeString(list, String.join("\0", files));
      ProcessBuilder tar =
          new ProcessBuilder(
              "tar",
              "--create",
              "--owner=0",
              "--group=0",
              "--numeric-owner",
              "--mode=u=rwX,go=rX",
              "--dereference",
              "--no-recursion",
              "--directory=" + from,
              "--null",
              "--files-from=" + list);
      tar.environment().put("LC_ALL", "C");
      ProcessBuilder ssh =
          new ProcessBuilder(
              command(
                  "%s tar --extract --no-same-permissions --directory='%s'"
                      .formatted("$([ \"$(id -u)\" = 0 ] || echo sudo -n)", to)));
      await(List.of(tar, ssh), limit);
    } finally {
      Files.deleteIfExists(list);
    }
  }

  private List<String> command(String remote) {
    List<String> command = new ArrayList<>(List.of("ssh"));
    configuration.ifPresent(file -> command.addAll(List.of("-F", file.toString())));
    for (String option :
        List.of(
            "BatchMode=yes",
            "StrictHostKeyChecking=yes",
            "ConnectTimeout=10",
            "ServerAliveInterval=5",
            "ServerAliveCountMax=3",
            "LogLevel=ERROR",
            "ControlMaster=auto",
            "ControlPersist=60",
            "ControlPath=" + directory.resolve("%C"))) {
      command.addAll(List.of("-o", option));
    }
    Login login = board.login();
    if (!login.user().isEmpty()) {
      command.addAll(List.of("-l", login.user()));
    }
    if (login.port() > 0) {
      command.addAll(List.of("-p", Integer.toString(login.port())));
    }
    if (!login.key().isEmpty()) {
      command.addAll(List.of("-i", login.key()));
    }
    command.addAll(List.of("-T", board.address(), remote));
    return command;
  }

  private void await(List<ProcessBuilder> pipeline, Duration limit) throws IOException {
    // a file: the process that keeps the connection holds it open
    Path errors = Files.createTempFile(directory, "errors", "");
    pipeline.forEach(part -> part.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile())));
    List<Process> processes = ProcessBuilder.startPipeline(pipeline);
    try {
      if (!processes.getLast().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new OperatorException(
            "%s: what runs there did not end within %d s: look at the board, then run this again"
                .formatted(board.name(), limit.toSeconds()));
      }
      for (Process process : processes.reversed()) {
        int status = process.waitFor();
        if (status != 0) {
          throw failure(status, Files.readString(errors, StandardCharsets.UTF_8));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      processes.forEach(Process::destroyForcibly);
      Files.deleteIfExists(errors);
    }
  }

  /** In one line what happened and what to do, from what ssh or the script said. */
  OperatorException failure(int status, String errors) {
    String last =
        errors
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("tar: Exiting"))
            .reduce((one, other) -> other)
            .orElse("no words, exit code " + status);
    String address = board.address();
    String port = board.login().port() > 0 ? " -p " + board.login().port() : "";
    String text;
    if (status != OWN_FAILURE) {
      text =
          errors.contains("sudo: a password is required") || errors.contains("sudo: not found")
              ? "the user who logs in must be root or have sudo without a password"
              : last;
    } else if (errors.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
      text =
          "REFUSED, its host key is not the one in known_hosts: if you set it up anew, forget the"
              + " old key (ssh-keygen -R "
              + address
              + ") and add the new one after comparing";
    } else if (errors.contains("Host key verification failed")) {
      text =
          "refused, its host key is unknown: run ssh-keyscan"
              + port
              + " "
              + address
              + ", compare with the board's own, add it to known_hosts";
    } else if (errors.contains("Permission denied")) {
      text =
          "it refuses the login: copy your key there (ssh-copy-id"
              + port
              + " "
              + address
              + "), or name user and key in the inventory";
    } else if (errors.contains("ssh: connect to") || errors.contains("Could not resolve")) {
      text = "unreachable: " + last + "; is it on, its sshd running, its address right?";
    } else {
      text = "the connection was lost: " + last;
    }
    return new OperatorException(board.name() + ": " + text);
  }

  /** Ends the connection. */
  @Override
  public void close() throws IOException {
    List<String> command = new ArrayList<>(command("true"));
    command.addAll(1, List.of("-O", "exit"));
    Process exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      exit.waitFor(5, TimeUnit.SECONDS); // if it fails there is no connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    StateFiles.deleteTree(directory);
  }
}
