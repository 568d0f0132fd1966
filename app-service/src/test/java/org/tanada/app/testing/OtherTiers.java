package org.tanada.app.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;
import org.tanada.common.row.testing.InMemoryRows;

/** The tiers behind an app server, in memory. */
@TestConfiguration(proxyBeanMethods = false)
public class OtherTiers {
  @Bean
  InMemoryRows rows() {
    return new InMemoryRows()
        .unique("orders", "user_id_video_id", "user_id", "video_id")
        .unique("sales", "user_id_order_id", "user_id", "order_id");
  }

  @Bean
  @Primary
  WatchedRows router(InMemoryRows rows, Crashes crashes) {
    return new WatchedRows(rows, crashes);
  }

  @Bean
  Crashes crashes() {
    return new Crashes();
  }

  @Bean
  FakeAccounts accounts(InMemoryRows rows, Crashes crashes) {
    InstantSource clock = InstantSource.system();
    return new FakeAccounts(rows, new IdGenerator(clock, new SecureRandom()), clock, crashes);
  }

  @Bean
  FakeProviders providers(FakeAccounts accounts) {
    return new FakeProviders(accounts);
  }

  @Bean
  FakeEmails emails(InMemoryRows rows, FakeAccounts accounts) {
    return new FakeEmails(rows, accounts);
  }

  @Bean
  FakePasskeys passkeys(FakeAccounts accounts) {
    return new FakePasskeys(accounts);
  }

  @Bean
  FakeFactors factors(FakeAccounts accounts) {
    return new FakeFactors(accounts);
  }

  @Bean
  FakeAdministration administration(InMemoryRows rows, FakeAccounts accounts) {
    return new FakeAdministration(rows, accounts, InstantSource.system());
  }

  @Bean
  DirectoryBlobs blobs(Crashes crashes) throws IOException {
    return new DirectoryBlobs(
        Files.createTempDirectory(Files.createDirectories(Path.of("target")), "blobs"), crashes);
  }

  @Bean
  PurgeListener edge() throws IOException {
    return new PurgeListener();
  }

  @Bean
  Membership membership(PurgeListener edge) {
    return new Membership() {
      @Override
      public List<Node> nodes(String tier) {
        return tier.equals("edge") ? List.of(edge.node()) : List.of();
      }

      @Override
      public Set<String> tiers() {
        return Set.of("edge");
      }
    };
  }
}
