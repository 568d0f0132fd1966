package org.tanada.router;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A router in a JVM of its own, with the options that it is run with, for measurements. */
final class RouterProcess implements AutoCloseable {
  private final Process process;
  private final String address;

  RouterProcess(String name, Path inventory, int shards, Map<String, String> more)
      throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    address = "http://127.0.0.1:" + port;
    Map<String, String> properties = new TreeMap<>(more);
    properties.put("tanada.node", name);
    properties.put("tanada.drain-delay", "0ms");
    properties.put("tanada.membership.file", inventory.toString());
    properties.put("tanada.membership.refresh", "100ms");
    properties.put("tanada.secret.service-credential", Router.CREDENTIAL);
    properties.put("tanada.secret.url-signing-key", Router.CREDENTIAL);
    properties.put("tanada.secret.database-password", Servers.PASSWORD);
    properties.put("tanada.router.virtual-shards", String.valueOf(shards));
    properties.put("server.port", String.valueOf(port));
    properties.put("server.address", "127.0.0.1");
    properties.put("logging.level.root", "WARN");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String file : List.of("db-router", "service")) {
      Files.readAllLines(Path.of("../deploy/src/main/resources/jvm/" + file + ".options")).stream()
          .filter(line -> line.startsWith("-"))
          .forEach(command::add);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(RouterApplication.class.getName());
    properties.forEach((key, value) -> command.add("--" + key + "=" + value));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target", name + ".log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Servers.await(name + " is ready", this::ready);
  }

  private boolean ready() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
              .send(
                  HttpRequest.newBuilder(URI.create(address + "/actuator/health/readiness"))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    }
  }

  String address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
