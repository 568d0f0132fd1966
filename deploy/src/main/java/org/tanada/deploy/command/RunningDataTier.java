package org.tanada.deploy.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.ShardsContract;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.drill.DataTier;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.Launcher.Service;
import org.tanada.deploy.launcher.PromotionRequest;
import tools.jackson.databind.json.JsonMapper;

/** The routers of the installation that this command line looks after. */
final class RunningDataTier implements DataTier {
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration ANSWER = Duration.ofSeconds(8);
  private static final Duration FRESH = Duration.ofSeconds(3);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Launcher launcher;
  private final Map<Service, RowsContract> clients = new ConcurrentHashMap<>();
  private @Nullable HttpClient http;
  private volatile List<RowsContract> known = List.of();
  private volatile long knownAt;

  RunningDataTier(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public List<RowsContract> routers() {
    if (known.isEmpty() || System.nanoTime() - knownAt > FRESH.toNanos()) {
      look();
    }
    return known;
  }

  private synchronized void look() {
    if (!known.isEmpty() && System.nanoTime() - knownAt <= FRESH.toNanos()) {
      return;
    }
    try {
      known =
          launcher.services("router").stream()
              .map(service -> clients.computeIfAbsent(service, this::client))
              .toList();
      knownAt = System.nanoTime();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RowsContract client(Service service) {
    JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(http(service));
    factory.setReadTimeout(ANSWER);
    RestClient rest =
        RestClient.builder()
            .baseUrl(service.address())
            .requestFactory(factory)
            .requestInterceptor((request, body, execution) -> {
              request
                  .getHeaders()
                  .set(TanadaHeaders.SERVICE_CREDENTIAL, launcher.credential("router"));
              return execution.execute(request, body);
            })
            .defaultStatusHandler(
                HttpStatusCode::isError,
                (request, response) -> {
                  throw ProblemException.of(
                      JSON.readValue(response.getBody().readAllBytes(), Problem.class));
                })
            .build();
    return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(rest))
        .build()
        .createClient(RowsContract.class);
  }

  /** One for all of them: all speak TLS, or none. */
  private HttpClient http(Service service) {
    HttpClient made = http;
    if (made == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
      try {
        if (service.address().getScheme().equals("https")) {
          builder.sslContext(InsideTls.trusting(launcher.authority()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      made = builder.build();
      http = made;
    }
    return made;
  }

  @Override
  public ShardsContract.Listing shards() throws IOException {
    return new ShardsClient(launcher).list();
  }

  @Override
  public List<ShardsContract.ClusterState> clusters() throws IOException {
    return new ShardsClient(launcher).clusters();
  }

  @Override
  public boolean promotes() throws IOException {
    return launcher.promotes();
  }

  @Override
  public String promote(int cluster) throws IOException {
    PromotionRequest request =
        new PromotionRequest(
            "mysql-" + cluster,
            Optional.empty(),
            new PromotionRequest.Loss(0, false),
            plan -> true,
            step -> {});
    return launcher.promote(request).primary();
  }

  @Override
  public void move(int shard, int cluster) throws IOException {
    new ShardsClient(launcher).moveAndWait(new ShardsContract.Move(shard, cluster), line -> {});
    new ShardsClient(launcher).clean(shard);
  }
}
