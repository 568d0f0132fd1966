package org.tanada.deploy.container;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.launcher.Launcher.LogSink;

/** What the node in a container wrote. */
final class ContainerLog {
  private final Docker docker;
  private final String id;
  private final String node;

  ContainerLog(Docker docker, String id, String node) {
    this.docker = docker;
    this.id = id;
    this.node = node;
  }

  /** Shows the end of it, and with follow what comes, until the caller is ended. */
  void show(int lines, boolean follow, LogSink to) {
    List<String> command = new ArrayList<>(List.of("logs", "--tail", Integer.toString(lines)));
    if (follow) {
      command.add("--follow");
    }
    command.add(id);
    try {
      Process process = docker.builder(Map.of(), command).redirectErrorStream(true).start();
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        List<String> block = new ArrayList<>();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          block.add(line);
          if (follow) {
            pass(block, to);
          }
        }
        pass(block, to); // one node's lines together
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void pass(List<String> block, LogSink to) {
    synchronized (to) {
      block.forEach(line -> to.line(node, line));
      block.clear();
    }
  }
}
