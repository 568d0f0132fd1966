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
import java.util.stream.Stream;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;

/** A router in a JVM of its own, with the options that it is run with, for measurements. */
final class RouterProcess implements AutoCloseable {
  private final Process process;
  private final String address;
  private final String control;

  RouterProcess(String name, Path inventory, int shards, Map<String, String> more)
      throws IOException {
    int port;
    int controlPort;
    try (ServerSocket data = new ServerSocket(0);
        ServerSocket own = new ServerSocket(0)) {
      port = data.getLocalPort();
      controlPort = own.getLocalPort();
    }
    address = "http://127.0.0.1:" + port;
    control = "http://127.0.0.1:" + controlPort;
    Map<String, String> properties = new TreeMap<>(more);
    properties.put("tanada.node", name);
    properties.put("tanada.drain-delay", "0ms");
    properties.put("tanada.membership.file", inventory.toString());
    properties.put("tanada.membership.refresh", "100ms");
    properties.put(
        "tanada.credential.directory", TestCredentials.directory(ServiceName.ROUTER).toString());
    properties.put("tanada.secret.database-password", Servers.PASSWORD);
    properties.put("tanada.router.virtual-shards", String.valueOf(shards));
    properties.put("server.port", String.valueOf(controlPort));
    properties.put("tanada.router.data-path.port", String.valueOf(port));
    properties.put("server.address", "127.0.0.1");
    properties.put("logging.level.root", "WARN");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String file : List.of("db-router", "service")) {
      Files.readAllLines(Path.of("../deploy/src/main/resources/jvm/" + file + ".options")).stream()
          .filter(line -> line.startsWith("-"))
          .forEach(command::add);
    }
    Stream.of(System.getProperty("router.options", "").split(" ", -1))
        .filter(option -> !option.isEmpty())
        .forEach(command::add);
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
                  HttpRequest.newBuilder(URI.create(control + "/actuator/health/readiness"))
                      .build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    }
  }

  /** Of its data path. */
  String address() {
    return address;
  }

  /** Of its control side. */
  String control() {
    return control;
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
