package org.tanada.deploy.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Is the drill's checker awake? A small shop with two storage nodes, which lies when told to. */
class FilesDrillTests {
  private static final List<String> NODES = List.of("storage-videos-1", "storage-videos-2");

  private enum Lie {
    NONE,
    /** What one node has is given as it is. */
    COMPARES_NOTHING,
    /** An acknowledged file is on no node. */
    LOSES_A_FILE,
    /** One is said never to have been, for once. */
    DENIES_A_FILE
  }

  private final JsonMapper json = JsonMapper.builder().build();
  private final AtomicInteger ids = new AtomicInteger(1000);
  private final Map<String, byte[]> written = new ConcurrentHashMap<>();
  private final AtomicInteger times = new AtomicInteger();
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private volatile Lie lie = Lie.NONE;
  private HttpServer server;

  @TempDir Path root;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
    for (String node : NODES) {
      Files.createDirectories(root.resolve(node).resolve("blobs/ab/cd"));
    }
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void anHonestShopKeepsItsPromisesWhateverIsDoneToIt() {
    Verdict verdict = drill(Lie.NONE, new Shop());

    assertThat(verdict.broken()).isEmpty();
    assertThat(verdict.figures()).anyMatch(line -> line.matches("[1-9][0-9]* files ack.*"));
    assertThat(verdict.figures().getLast()).matches("[1-9][0-9]* bits flipped.*");
    assertThat(written).as("it is tidied up").isEmpty();
  }

  @Test
  void theSeedDecidesWhatIsDoneToWhom() {
    drill(Lie.NONE, new Shop());
    List<String> first = List.copyOf(done);
    done.clear();
    drill(Lie.NONE, new Shop());

    assertThat(done).isEqualTo(first);
    assertThat(first).hasSize(4).filteredOn(what -> what.startsWith("kill")).hasSize(2);
  }

  @Test
  void wrongBytesAreFound() {
    assertThat(drill(Lie.COMPARES_NOTHING, new Shop()).broken())
        .singleElement()
        .asString()
        .contains("answers had other bytes than were written");
  }

  @Test
  void aLostFileIsFound() {
    assertThat(drill(Lie.LOSES_A_FILE, new Shop()).broken())
        .singleElement()
        .asString()
        .startsWith("1 of ")
        .contains("acknowledged files are lost");
  }

  @Test
  void aFileThatIsDeniedIsFound() {
    assertThat(drill(Lie.DENIES_A_FILE, new Shop()).broken())
        .singleElement()
        .asString()
        .contains("said not to be there");
  }

  @Test
  void aNodeThatStaysDownIsFound() {
    Verdict verdict =
        drill(
            Lie.NONE,
            new Shop() {
              @Override
              public void awaitReady(Duration limit) {
                throw new IllegalStateException("storage-videos-1 is down");
              }
            });

    assertThat(verdict.broken()).singleElement().asString().contains("storage-videos-1 is down");
  }

  @Test
  void whereFilesAreInVolumesNoBitIsFlippedAndItSaysSo() {
    Verdict verdict =
        drill(
            Lie.NONE,
            new Shop() {
              @Override
              public Optional<Path> data(String node) {
                return Optional.empty();
              }
            });

    assertThat(verdict.broken()).isEmpty();
    assertThat(verdict.figures().getLast()).startsWith("no bits flipped");
  }

  private Verdict drill(Lie told, Installation shop) {
    lie = told;
    return new FilesDrill(Duration.ofMillis(150), Duration.ofSeconds(1))
        .run(shop, new Drill.Settings(1, 0), line -> {});
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String id = path.replaceAll("[^0-9]", "").replaceFirst("^1(?=.)", "");
    if (path.equals("/api/v1/users")) {
      reply(exchange, 201, Map.of("id", "1"));
    } else if (path.equals("/api/v1/tokens")) {
      reply(exchange, 201, Map.of("accessToken", "token"));
    } else if (path.equals("/api/v1/videos")) {
      reply(exchange, 201, Map.of("id", String.valueOf(ids.incrementAndGet())));
    } else if (path.endsWith("/content")) {
      store(id, body);
      reply(exchange, 201, Map.of());
    } else if (path.endsWith("/playback")) {
      reply(exchange, 200, Map.of("url", "/media/videos/" + id + "?signature=s"));
    } else if (path.startsWith("/media/")) {
      media(exchange, path.substring(path.lastIndexOf('/') + 1));
    } else if (method.equals("DELETE")) {
      written.remove(id);
      reply(exchange, 204, null);
    } else {
      exchange.getResponseHeaders().add("ETag", "\"1\"");
      reply(exchange, 200, Map.of());
    }
  }

  private void store(String id, byte[] content) throws IOException {
    if (lie == Lie.LOSES_A_FILE && times.getAndIncrement() == 1) {
      written.put(id, new byte[0]);
      return;
    }
    for (String node : NODES) {
      Files.write(copy(node, id), content);
    }
    written.put(id, content);
  }

  private Path copy(String node, String id) {
    return root.resolve(node).resolve("blobs/ab/cd").resolve(id + ".blob");
  }

  private void media(HttpExchange exchange, String id) throws IOException {
    byte[] content = written.get(id);
    if (content.length == 0) {
      Replies.send(exchange, 503, content);
      return;
    }
    if (lie == Lie.DENIES_A_FILE && times.getAndIncrement() == 3) {
      Replies.send(exchange, 404, new byte[0]);
      return;
    }
    if (lie == Lie.COMPARES_NOTHING) {
      for (String node : NODES) {
        byte[] copy = Files.readAllBytes(copy(node, id));
        content = Arrays.equals(copy, written.get(id)) ? content : copy;
      }
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      Replies.send(exchange, 200, content);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    Replies.send(
        exchange,
        206,
        Arrays.copyOfRange(content, Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1));
  }

  private void reply(HttpExchange exchange, int status, Object body) throws IOException {
    Replies.send(
        exchange,
        status,
        body == null
            ? new byte[0]
            : json.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
  }

  /** The small shop as an installation, which remembers what was done to its nodes. */
  private class Shop extends StillInstallation {
    Shop() {
      super(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @Override
    public List<String> nodes(String tier) {
      return tier.equals("storage-videos") ? NODES : List.of();
    }

    @Override
    public void kill(String node) {
      done.add("kill " + node);
    }

    @Override
    public void hang(String node) {
      done.add("hang " + node);
    }

    @Override
    public void resume(String node) {
      done.add("resume " + node);
    }

    @Override
    public Optional<Path> data(String node) {
      return Optional.of(root.resolve(node));
    }
  }
}
