package org.tanada.deploy.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.credential.ServiceKey;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.topology.Kind;

class ServiceKeyringTests {
  @TempDir private Path directory;
  private Secrets secrets;
  private ServiceKeyring keys;

  @BeforeEach
  void make() throws IOException {
    secrets = new Secrets(directory.resolve("all"));
    secrets.make();
    keys = secrets.serviceKeys();
    give();
  }

  private void give() throws IOException {
    secrets.give(Kind.APP, directory.resolve("app"));
    secrets.give(Kind.ROUTER, directory.resolve("router"));
    secrets.give(Kind.EDGE, directory.resolve("edge"));
  }

  private CredentialVerifier verifier(ServiceName service) {
    return new CredentialVerifier(directory.resolve(service.text()), service);
  }

  @Test
  void everyServiceHasItsOwnKeyAndKnowsThoseOfAll() throws IOException {
    CredentialVerifier router = verifier(ServiceName.ROUTER);

    assertThat(router.caller(new CredentialIssuer(directory.resolve("app")).of(ServiceName.ROUTER)))
        .isEqualTo(ServiceName.APP);
    assertThat(router.caller(keys.operator().of(ServiceName.ROUTER)))
        .isEqualTo(ServiceName.OPERATOR);
    assertThat(verifier(ServiceName.EDGE).caller(keys.front().edge())).isEqualTo(ServiceName.FRONT);
    assertThat(verifier(ServiceName.EDGE).caller(keys.front().lb())).isNull();
    assertThat(router.caller(keys.front().edge())).isNull();
    for (ServiceName service : ServiceName.values()) {
      String secret = keys.own(service).strip();
      secret = secret.substring(secret.lastIndexOf(' ') + 1);
      assertThat(directory.resolve("edge/service-keys")).content().doesNotContain(secret);
    }
  }

  @Test
  void noCallIsRefusedWhileKeysAreReplaced() throws Exception {
    CredentialVerifier router = verifier(ServiceName.ROUTER);
    AtomicBoolean going = new AtomicBoolean(true);
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    Thread caller =
        Thread.startVirtualThread(() -> {
          while (going.get()) {
            // made anew each time, so that each key is shown as early as possible
            String shown = new CredentialIssuer(directory.resolve("app")).of(ServiceName.ROUTER);
            if (router.caller(shown) != ServiceName.APP) {
              refused.incrementAndGet();
            }
            calls.incrementAndGet();
          }
        });
    for (int i = 0; i < 20; i++) {
      int before = calls.get();
      keys.add(Instant.now());
      give();
      keys.use(Instant.now().plusSeconds(60));
      give();
      while (calls.get() <= before && caller.isAlive()) {
        Thread.onSpinWait();
      }
    }
    going.set(false);
    caller.join();

    assertThat(refused).hasValue(0);
    assertThat(calls).hasValueGreaterThan(20);
  }

  @Test
  void whatWasReplacedIsGoodUntilThenAndForgottenLater() throws IOException {
    String old = keys.operator().of(ServiceName.ROUTER);
    String front = keys.front().edge();

    keys.add(Instant.now());
    keys.use(Instant.now());
    give();

    assertThat(verifier(ServiceName.ROUTER).caller(old)).isNull();
    assertThat(verifier(ServiceName.EDGE).caller(front)).isNull();
    assertThat(verifier(ServiceName.EDGE).caller(keys.front().edge())).isEqualTo(ServiceName.FRONT);
    int all = ServiceName.values().length + 1; // nginx has two
    assertThat(keys.keys()).hasSize(2 * all);
    keys.add(Instant.now());
    assertThat(keys.keys()).as("those in use and the next").hasSize(2 * all);
  }

  @Test
  void interruptedReplacementIsBegunAgain() throws IOException {
    keys.add(Instant.now());
    List<ServiceKey> abandoned = keys.keys();

    keys.add(Instant.now());
    assertThat(keys.keys()).hasSameSizeAs(abandoned).isNotEqualTo(abandoned);
    keys.use(Instant.now().plusSeconds(60));
    give();

    assertThat(verifier(ServiceName.ROUTER).caller(keys.operator().of(ServiceName.ROUTER)))
        .isEqualTo(ServiceName.OPERATOR);
    try (var files = Files.list(directory.resolve("all"))) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".next"));
    }
  }

  @Test
  void keyThatWasLostIsMadeAnew() throws IOException {
    Files.delete(directory.resolve("all/service-key-edge"));

    secrets.make();
    give();

    assertThat(
            verifier(ServiceName.ROUTER)
                .caller(new CredentialIssuer(directory.resolve("edge")).of(ServiceName.ROUTER)))
        .isEqualTo(ServiceName.EDGE);
    assertThat(keys.keys()).hasSize(ServiceName.values().length + 1);
  }
}
