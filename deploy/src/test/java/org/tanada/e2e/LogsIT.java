package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.command.TestCommand;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.state.ServiceKeyring;

/**
 * No secret is in a log, after all other suites: neither one of the installation's own nor one that
 * a suite was given. The last of all classes, see {@code junit-platform.properties}.
 */
@Order(Integer.MAX_VALUE)
class LogsIT {
  private static final List<String> SERVICES =
      List.of("auth-service-1", "db-router-1", "mysql-1-a-1");

  @BeforeAll
  static void start() {
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "the logs of another system are not ours to read");
  }

  @Test
  void noSecretIsInALog() throws Throwable {
    String mark = "/no-such-page-" + UUID.randomUUID();
    useSecretsWellAndBadly(mark);
    SecretSearch search = new SecretSearch();
    UsedSecrets.addTo(search);
    search.add("the suites' password", FrontDoor.PASSWORD);
    int used = search.known();
    installation().forEach((kind, secret) -> search.add(kind, secret));
    assertThat(search.known()).as("secrets of the installation").isGreaterThan(used + 4);
    assertThat(used).as("secrets of the suites").isGreaterThan(3);

    FrontDoor.eventually(() -> assertThat(logs().anyHas(mark)).as("logged so far").isTrue());
    assertThat(logs().search(search)).as("secrets in logs").isEmpty();
  }

  /** Sends each kind of secret where it belongs, and where it does not. */
  private static void useSecretsWellAndBadly(String mark) throws IOException {
    try (ShopClient shop = FrontDoor.client()) {
      Account user = FrontDoor.somebody(shop, "logged");
      String cookie = ShopClient.pair(shop.session(user.email(), FrontDoor.PASSWORD));
      shop.get("/api/v1/me", null, "Cookie", cookie).expect(200);
      shop.get("/api/v1/me", user.accessToken()).expect(200);
      shop.get("/api/v1/me", user.accessToken() + "x").expect(401);
      shop.get("/api/v1/me", null, "Cookie", cookie + "x").expect(401);
      shop.get("/api/v1/me", null, "Authorization", "Basic " + user.accessToken());
      shop.send(
              "POST",
              "/api/v1/tokens",
              null,
              Map.of("grantType", "refresh_token", "refreshToken", user.accessToken()))
          .status();
      shop.send(
              "POST",
              "/api/v1/sessions",
              null,
              Map.of("email", user.email(), "password", FrontDoor.PASSWORD, "colour", "red"))
          .status();
      FrontDoor.raw(
          "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + malformed().length()
              + "\r\n\r\n"
              + malformed());
      shop.get(mark, null).expect(404);
    }
  }

  private static String malformed() {
    return "{\"email\": \"a@example.net\", \"password\": \"" + FrontDoor.PASSWORD + "\", oops}";
  }

  private static Map<String, String> installation() throws IOException {
    Map<String, String> secrets = new LinkedHashMap<>();
    if (TestRun.containers()) {
      for (String container : SERVICES) {
        try (BufferedReader lines =
            docker(
                "exec",
                TestCommand.PROJECT + "-" + container,
                "bash",
                "-c",
                "cd /run/secrets && for f in *; do echo \"$f $(head -n 1 $f)\"; done")) {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] pair = line.split(" ", 2);
            if (!pair[0].endsWith(".yml") && !pair[0].equals(ServiceKeyring.PUBLIC)) {
              secrets.put(container + " " + pair[0], ownPart(pair[1]));
            }
          }
        }
      }
      return secrets;
    }
    try (Stream<Path> files = Files.list(SystemUnderTest.home().resolve("secrets"))) {
      for (Path file : files.filter(LogsIT::secret).toList()) {
        for (String line : Files.readAllLines(file)) {
          secrets.put(file.getFileName() + " " + secrets.size(), ownPart(line));
        }
      }
    }
    for (String key : List.of("ca-key.pem", "server-key.pem", InsideTls.KEY)) {
      Path file = SystemUnderTest.home().resolve("ca").resolve(key);
      // how a key of this kind begins, so that one without its frame is found as well
      secrets.put(key, Files.readAllLines(file).get(1));
    }
    return secrets;
  }

  private static boolean secret(Path file) {
    String name = file.getFileName().toString();
    return !name.endsWith(".yml") && !name.equals(ServiceKeyring.PUBLIC);
  }

  /** Of a key or a credential the part that is no name. */
  private static String ownPart(String line) {
    String last = line.strip().substring(line.strip().lastIndexOf(' ') + 1);
    return last.substring(last.lastIndexOf('.') + 1);
  }

  private static Logs logs() throws IOException {
    return TestRun.containers() ? Logs.ofContainers() : Logs.below(SystemUnderTest.home());
  }

  private static BufferedReader docker(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return new BufferedReader(
        new InputStreamReader(
            new ProcessBuilder(command).redirectErrorStream(true).start().getInputStream(),
            StandardCharsets.UTF_8));
  }

  /** Opens a log. */
  private interface Source {
    BufferedReader open() throws IOException;
  }

  /** All logs of the system, by name. */
  private record Logs(Map<String, Source> sources) {
    /** Files that are called so, or are in a directory that is, but not those of a database. */
    static Logs below(Path home) throws IOException {
      Map<String, Source> found = new LinkedHashMap<>();
      Files.walkFileTree(
          home,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes about) {
              return directory.endsWith("data")
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
              String parent = home.relativize(file.resolveSibling(".")).normalize().toString();
              if (file.getFileName().toString().matches(".+\\.log(\\.\\d+)?")
                  || parent.matches(".*\\blogs?")) {
                // any byte is a character there, so that a broken one hides nothing
                found.put(
                    home.relativize(file).toString(),
                    () -> Files.newBufferedReader(file, StandardCharsets.ISO_8859_1));
              }
              return FileVisitResult.CONTINUE;
            }
          });
      return new Logs(found);
    }

    static Logs ofContainers() throws IOException {
      Map<String, Source> found = new LinkedHashMap<>();
      try (BufferedReader names =
          docker(
              "ps",
              "-a",
              "--filter",
              "label=com.docker.compose.project=" + TestCommand.PROJECT,
              "--format",
              "{{.Names}}")) {
        for (String name = names.readLine(); name != null; name = names.readLine()) {
          String container = name;
          found.put(container, () -> docker("logs", container));
        }
      }
      return new Logs(found);
    }

    boolean anyHas(String text) throws IOException {
      for (Source source : sources.values()) {
        try (BufferedReader log = source.open()) {
          if (log.lines().anyMatch(line -> line.contains(text))) {
            return true;
          }
        }
      }
      return false;
    }

    List<String> search(SecretSearch search) throws IOException {
      assertThat(sources).as("logs").hasSizeGreaterThan(10);
      List<String> found = new ArrayList<>();
      for (Map.Entry<String, Source> source : sources.entrySet()) {
        try (BufferedReader log = source.getValue().open()) {
          found.addAll(search.in(source.getKey(), log));
        }
      }
      return found;
    }
  }
}
