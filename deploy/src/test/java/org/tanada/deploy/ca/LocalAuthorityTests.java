package org.tanada.deploy.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.tls.InsideTls;

/** What the authority makes, and when it makes it anew. */
class LocalAuthorityTests {
  private static final List<String> REGIONS = List.of("tokyo", "virginia");
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir Path directory;

  @Test
  void theServersCertificateIsFromTheAuthorityAndForOurNames() throws Exception {
    LocalAuthority authority = at(START);

    assertThat(authority.ensure(REGIONS, List.of("shop.example.org", "192.0.2.7"))).isTrue();

    X509Certificate ca = read(authority.authorityCertificate()).getFirst();
    List<X509Certificate> chain = read(authority.serverChain());
    assertThat(chain).hasSize(2).last().isEqualTo(ca);
    X509Certificate server = chain.getFirst();
    server.verify(ca.getPublicKey());
    assertThat(names(server))
        .contains(
            "localhost",
            "*.localhost",
            "tokyo.localhost",
            "virginia.localhost",
            "127.0.0.1",
            "0:0:0:0:0:0:0:1",
            "shop.example.org",
            "192.0.2.7");
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getNotAfter().toInstant()).isEqualTo(START.plus(Duration.ofDays(397)));
    assertThat(ca.getBasicConstraints()).isZero();
    assertThat(ca.getNotAfter().toInstant()).isAfter(START.plus(Duration.ofDays(3650)));
  }

  @Test
  void keysAreForTheOwnerAlone() throws Exception {
    LocalAuthority authority = at(START);

    authority.ensure(REGIONS, List.of());

    assertThat(mode(authority.serverKey())).isEqualTo("rw-------");
    assertThat(mode(directory.resolve("pki/ca-key.pem"))).isEqualTo("rw-------");
    assertThat(mode(directory.resolve("pki"))).isEqualTo("rwx------");
  }

  @Test
  void aSecondTimeMakesNothing() throws Exception {
    at(START).ensure(REGIONS, List.of());
    String before = Files.readString(at(START).serverChain());

    assertThat(at(START.plus(Duration.ofDays(300))).ensure(REGIONS, List.of())).isFalse();

    assertThat(Files.readString(at(START).serverChain())).isEqualTo(before);
  }

  @Test
  void otherNamesMakeAnotherServerCertificateFromTheSameAuthority() throws Exception {
    at(START).ensure(REGIONS, List.of());
    String ca = Files.readString(at(START).authorityCertificate());

    assertThat(at(START).ensure(List.of("tokyo", "oslo"), List.of())).isTrue();

    assertThat(Files.readString(at(START).authorityCertificate())).isEqualTo(ca);
    assertThat(names(read(at(START).serverChain()).getFirst()))
        .contains("oslo.localhost")
        .doesNotContain("virginia.localhost");
  }

  @Test
  void theServersCertificateIsRenewedAMonthBeforeItsEnd() throws Exception {
    at(START).ensure(REGIONS, List.of());

    assertThat(at(START.plus(Duration.ofDays(366))).ensure(REGIONS, List.of())).isFalse();
    assertThat(at(START.plus(Duration.ofDays(368))).ensure(REGIONS, List.of())).isTrue();
  }

  @Test
  void aNewAuthorityMakesANewServerCertificate() throws Exception {
    at(START).ensure(REGIONS, List.of());
    Files.delete(directory.resolve("pki/ca-key.pem"));

    assertThat(at(START).ensure(REGIONS, List.of())).isTrue();

    X509Certificate ca = read(at(START).authorityCertificate()).getFirst();
    read(at(START).serverChain()).getFirst().verify(ca.getPublicKey());
  }

  @Test
  void servicesShowOneNameAndLastAsLongAsTheAuthority() throws Exception {
    Map<String, String> files = at(START).inside();

    assertThat(files.keySet())
        .containsExactlyInAnyOrder(InsideTls.CERTIFICATE, InsideTls.KEY, InsideTls.AUTHORITY);
    X509Certificate ca = read(at(START).authorityCertificate()).getFirst();
    X509Certificate inside = read(directory.resolve("pki/" + InsideTls.CERTIFICATE)).getFirst();
    inside.verify(ca.getPublicKey());
    assertThat(names(inside)).containsExactly(InsideTls.NAME);
    assertThat(inside.getNotAfter()).isEqualTo(ca.getNotAfter());
    assertThat(mode(directory.resolve("pki/" + InsideTls.KEY))).isEqualTo("rw-------");
    assertThat(at(START.plus(Duration.ofDays(3600))).inside()).isEqualTo(files);
    at(START.plus(Duration.ofDays(3600))).ensure(REGIONS, List.of());
    assertThat(at(START.plus(Duration.ofDays(3600))).inside()).isEqualTo(files);
  }

  @Test
  void aNewAuthorityMakesANewCertificateOfServices() throws Exception {
    Map<String, String> before = at(START).inside();
    Files.delete(directory.resolve("pki/ca-key.pem"));

    Map<String, String> after = at(START).inside();

    X509Certificate ca = read(at(START).authorityCertificate()).getFirst();
    read(directory.resolve("pki/" + InsideTls.CERTIFICATE)).getFirst().verify(ca.getPublicKey());
    assertThat(after.get(InsideTls.KEY)).isNotEqualTo(before.get(InsideTls.KEY));
    assertThat(after.get(InsideTls.AUTHORITY)).isNotEqualTo(before.get(InsideTls.AUTHORITY));
  }

  @Test
  void damagedFilesAreMadeAnew() throws Exception {
    at(START).ensure(REGIONS, List.of());
    Files.writeString(at(START).serverKey(), "half a k");

    assertThat(at(START).ensure(REGIONS, List.of())).isTrue();
    assertThat(at(START).ensure(REGIONS, List.of())).isFalse();
  }

  private LocalAuthority at(Instant now) {
    return new LocalAuthority(directory.resolve("pki"), Clock.fixed(now, ZoneOffset.UTC));
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    return certificate.getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.get(1)))
        .toList();
  }

  private static List<X509Certificate> read(Path file) throws Exception {
    List<X509Certificate> certificates = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .forEach(certificate -> certificates.add((X509Certificate) certificate));
    }
    return certificates;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
