package org.tanada.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.auth.mail.MailProperties.Encryption;

/** How the connection to a real SMTP server is protected, and how we sign in there. */
class SmtpServerTests {
  private static final String USER = "shop@tanada.example";
  private static final String PASSWORD = "password-of-the-shop";
  private static final String KEYSTORE_PASSWORD = "changeit";
  private static final String GREENMAIL_KEYSTORE = "greenmail.tls.keystore.";

  @TempDir private static Path directory;
  private static SSLContext before;
  private static SSLContext tls;

  private final Letter letter = new Letter("kim@example.net", "Subject", "Text");
  private GreenMail plain;
  private GreenMail secured;

  @BeforeAll
  static void makeCertificate() throws Exception {
    before = SSLContext.getDefault();
    Path keystore = directory.resolve("smtp.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "smtp",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                KEYSTORE_PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    System.setProperty(GREENMAIL_KEYSTORE + "file", keystore.toString());
    System.setProperty(GREENMAIL_KEYSTORE + "password", KEYSTORE_PASSWORD);
    tls = context(keystore);
  }

  private static SSLContext context(Path keystore) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      keys.load(in, KEYSTORE_PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("smtp", keys.getCertificate("smtp"));
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, KEYSTORE_PASSWORD.toCharArray());
    TrustManagerFactory others =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    others.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), others.getTrustManagers(), null);
    return context;
  }

  @BeforeEach
  void start() {
    plain = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    secured = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS));
    for (GreenMail server : new GreenMail[] {plain, secured}) {
      server.setUser(USER, USER, PASSWORD);
      server.start();
    }
    SSLContext.setDefault(tls);
  }

  @AfterEach
  void stop() {
    SSLContext.setDefault(before);
    plain.stop();
    secured.stop();
  }

  @AfterAll
  static void forget() {
    System.clearProperty(GREENMAIL_KEYSTORE + "file");
    System.clearProperty(GREENMAIL_KEYSTORE + "password");
  }

  @Test
  void mailGoesOverTlsFromTheBeginningAfterASignIn() throws Exception {
    Outcome outcome = send(secured.getSmtps().getPort(), Encryption.TLS, "localhost", PASSWORD);

    assertThat(outcome).isEqualTo(new Outcome.Done());
    assertArrived(secured);
  }

  @Test
  void mailGoesOverStartTlsAfterASignIn() throws Exception {
    try (StartTlsGate gate = new StartTlsGate(tls, plain.getSmtp().getPort())) {
      Outcome outcome = send(gate.port(), Encryption.STARTTLS, "localhost", PASSWORD);

      assertThat(outcome).isEqualTo(new Outcome.Done());
      assertArrived(plain);
    }
  }

  @Test
  void serverThatOffersNoStartTlsGetsNoMailAndNoPassword() {
    Outcome outcome =
        send(plain.getSmtp().getPort(), Encryption.STARTTLS, "localhost", "wrong password");

    // not the refusal of the password, which it has not seen
    assertThat(reason(outcome)).containsIgnoringCase("STARTTLS");
    assertThat(plain.getReceivedMessages()).isEmpty();
  }

  @Test
  void serverWhoseCertificateNobodyVouchesForGetsNoMail() throws Exception {
    SSLContext.setDefault(before);
    try (StartTlsGate gate = new StartTlsGate(tls, plain.getSmtp().getPort())) {
      assertThat(reason(send(gate.port(), Encryption.STARTTLS, "localhost", PASSWORD)))
          .contains("PKIX");
    }
    assertThat(reason(send(secured.getSmtps().getPort(), Encryption.TLS, "localhost", PASSWORD)))
        .contains("PKIX");

    assertThat(plain.getReceivedMessages()).isEmpty();
    assertThat(secured.getReceivedMessages()).isEmpty();
  }

  @Test
  void serverWithTheCertificateOfAnotherNameGetsNoMail() throws Exception {
    try (StartTlsGate gate = new StartTlsGate(tls, plain.getSmtp().getPort())) {
      assertThat(reason(send(gate.port(), Encryption.STARTTLS, "127.0.0.1", PASSWORD)))
          .containsAnyOf("identity", "alternative names");
    }
    assertThat(reason(send(secured.getSmtps().getPort(), Encryption.TLS, "127.0.0.1", PASSWORD)))
        .containsAnyOf("identity", "alternative names");

    assertThat(plain.getReceivedMessages()).isEmpty();
    assertThat(secured.getReceivedMessages()).isEmpty();
  }

  @Test
  void mailWaitsForThePasswordThatTheServerWants() {
    Outcome outcome =
        send(secured.getSmtps().getPort(), Encryption.TLS, "localhost", "wrong password");

    assertThat(reason(outcome)).contains("535").doesNotContain("wrong password");
    assertThat(secured.getReceivedMessages()).isEmpty();
  }

  private Outcome send(int port, Encryption encryption, String host, String password) {
    return new SmtpServer(
            new MailProperties(
                host,
                port,
                USER,
                password,
                encryption,
                USER,
                Duration.ofSeconds(5),
                3,
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                Duration.ofDays(1),
                10),
            InstantSource.system())
        .send(1, letter);
  }

  /** Why the mail waits: it is not given up, since the operator can mend that. */
  private static String reason(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Later.class);
    return ((Outcome.Later) outcome).reason();
  }

  private void assertArrived(GreenMail server) throws Exception {
    assertThat(server.waitForIncomingEmail(5_000, 1)).isTrue();
    MimeMessage message = server.getReceivedMessages()[0];
    assertThat(message.getSubject()).isEqualTo(letter.subject());
    assertThat(message.getAllRecipients()[0]).hasToString(letter.to());
  }
}
