package org.tanada.auth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.tanada.auth.mail.Deliveries;
import org.tanada.common.account.AccessContract;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.EmailContract;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.account.MailContract;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.account.PersonalDataContract;
import org.tanada.common.account.ProvidersContract;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.TierClientProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.row.testing.RowsServer;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two auth servers and the rows behind them, all over real HTTP on random ports, with a clock that
 * tests move. Started once for all tests: each makes users of its own.
 */
final class AuthPlatform {
  /** What app servers show. */
  static final String CREDENTIAL = TestCredentials.of(ServiceName.APP, ServiceName.AUTH);

  /** What the operator shows. */
  static final String OPERATOR = TestCredentials.of(ServiceName.OPERATOR, ServiceName.AUTH);

  static final String PASSWORD = "correct horse battery";

  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final AuthPlatform SHARED =
      new AuthPlatform(Instant.parse("2026-11-23T12:00:00Z"), List.of(), false);

  final InMemoryRows rows;

  /** The same, as servers see them that can die; else null. */
  final MortalRows mortal;

  final List<ConfigurableApplicationContext> nodes = new ArrayList<>();
  private final AtomicReference<Instant> now;
  private final IdGenerator ids;
  private final List<String> properties;
  private final Path directory;
  private final RowsServer server;
  private final StringBuilder inventory;
  private final TierClients clients;
  private final TierClients operator;

  private AuthPlatform(Instant start, List<String> properties, boolean isMortal) {
    this.now = new AtomicReference<>(start);
    this.ids = new IdGenerator(clock(), new SecureRandom());
    this.properties = properties;
    rows =
        new InMemoryRows(clock())
            .unique("used_values", "user_id_digest", "user_id", "digest")
            .unique("audit_entries", "user_id_sequence", "user_id", "sequence")
            .unique("known_networks", "user_id_network", "user_id", "network")
            .unique("administrators", "user_id_holder_id", "user_id", "holder_id");
    mortal = isMortal ? new MortalRows(rows) : null;
    server = new RowsServer(rows, ServiceName.AUTH);
    try {
      directory = Files.createTempDirectory("auth-tests");
      inventory = new StringBuilder(server.inventory()).append("auth:\n");
      write();
      start(1);
      start(2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LiveTiers tiers =
        new LiveTiers(
            new FileMembership(directory.resolve("nodes.yml"), Duration.ofMillis(50)),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));
    TierClientProperties limits =
        new TierClientProperties(Duration.ofSeconds(2), Duration.ofSeconds(20), 3, 20);
    JsonMapper json = JsonMapper.builder().build();
    clients = new TierClients(tiers, TestCredentials.issuer(ServiceName.APP), limits, json);
    operator = new TierClients(tiers, TestCredentials.issuer(ServiceName.OPERATOR), limits, json);
  }

  static AuthPlatform shared() {
    return SHARED;
  }

  /** Servers with settings of their own; their clock begins now, since others' tokens do. */
  static AuthPlatform with(String... properties) {
    return new AuthPlatform(Instant.now(), List.of(properties), false);
  }

  /** The same, whose servers can be killed, and deliver no mails by themselves. */
  static AuthPlatform mortal(String... properties) {
    return new AuthPlatform(Instant.now(), List.of(properties), true);
  }

  /** Sign-in by outside providers as app servers call it: now one server, now the other. */
  ProvidersContract providers() {
    return clients.of(ProvidersContract.class, "auth");
  }

  /** Second factors and proofs as app servers call them. */
  FactorsContract factors() {
    return clients.of(FactorsContract.class, "auth");
  }

  /** Deletion and export as app servers call them. */
  PersonalDataContract personalData() {
    return clients.of(PersonalDataContract.class, "auth");
  }

  /** Passkeys as app servers call them. */
  PasskeysContract passkeys() {
    return clients.of(PasskeysContract.class, "auth");
  }

  /** The auth tier as app servers call it. */
  AccountsContract accounts() {
    return clients.of(AccountsContract.class, "auth");
  }

  /** The feed of revocations and the keys, as app servers and operators call them. */
  AccessContract access() {
    return operator.of(AccessContract.class, "auth");
  }

  /** What administrators do, as app servers and operators call it. */
  AdministrationContract administration() {
    return clients.of(AdministrationContract.class, "auth");
  }

  /** The audit log. */
  AuditContract audit() {
    return operator.of(AuditContract.class, "auth");
  }

  /** Addresses and new passwords by mail. */
  EmailContract emails() {
    return clients.of(EmailContract.class, "auth");
  }

  /** Mails that were not sent. */
  MailContract mails() {
    return operator.of(MailContract.class, "auth");
  }

  /** The same of one server. */
  AccessContract access(int node) {
    return nodes.get(node).getBean(AccessContract.class);
  }

  InstantSource clock() {
    return now::get;
  }

  void advance(Duration time) {
    now.updateAndGet(old -> old.plus(time));
  }

  String address(int node) {
    return "http://127.0.0.1:"
        + ((WebServerApplicationContext) nodes.get(node)).getWebServer().getPort();
  }

  /** A sign-up that nobody else has made. */
  static SignUp newcomer() {
    String name = "user-" + COUNTER.incrementAndGet();
    return new SignUp(name + "@example.com", name, "Newcomer", PASSWORD, null);
  }

  static OpenSession login(SignUp user) {
    return new OpenSession(user.email(), user.password(), "test", "192.0.2.1");
  }

  private void start(int number) throws IOException {
    ConfigurableApplicationContext node =
        new SpringApplicationBuilder(AuthApplication.class)
            .initializers((GenericApplicationContext context) -> prepare(context))
            .properties(
                "tanada.node=auth-" + number,
                "server.port=0",
                "server.address=127.0.0.1",
                "tanada.membership.file=" + directory.resolve("nodes.yml"),
                "tanada.credential.directory=" + TestCredentials.directory(ServiceName.AUTH),
                "tanada.secret.token-key-encryption=token-key-of-tests-0123456789abcdef",
                "tanada.drain-delay=0ms",
                "spring.main.allow-bean-definition-overriding=true")
            // as arguments they come before application.yml, as all else here after it
            .run(properties.stream().map(one -> "--" + one).toArray(String[]::new));
    nodes.add(node);
    inventory
        .append("  - {name: auth-" + number + ", address: \"")
        .append(address(nodes.size() - 1))
        .append("\"}\n");
    write();
  }

  private void prepare(GenericApplicationContext context) {
    context.registerBean("clock", InstantSource.class, this::clock);
    if (mortal != null) {
      context.registerBean("rowsContract", RowsContract.class, () -> mortal);
      // in a clock that stands still, servers that make their own soon meet in one
      context.registerBean("idGenerator", IdGenerator.class, () -> ids);
      context.addBeanFactoryPostProcessor(
          beans -> ((BeanDefinitionRegistry) beans).removeBeanDefinition(Deliveries.WORK));
    }
  }

  private void write() throws IOException {
    Path next = Files.writeString(directory.resolve("next.yml"), inventory);
    Files.move(
        next,
        directory.resolve("nodes.yml"),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}
