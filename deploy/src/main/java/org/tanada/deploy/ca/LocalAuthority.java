package org.tanada.deploy.ca;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A certificate authority on this machine, and the front door's certificate from it. Whoever trusts
 * {@code ca.pem} sees {@code https://localhost:8443} without a warning. Keys have mode 0600 and
 * never leave the directory.
 */
public final class LocalAuthority {
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3653);

  /** What browsers accept of anchors that a user added, too (Apple: 398 days from 2020 on). */
  private static final Duration SERVER_LIFE = Duration.ofDays(397);

  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private final Path directory;
  private final Clock clock;

  /** Keeps everything in that directory. */
  public LocalAuthority(Path directory) {
    this(directory, Clock.systemUTC());
  }

  LocalAuthority(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** The authority's certificate: what a client has to trust. */
  public Path authorityCertificate() {
    return directory.resolve("ca.pem");
  }

  /** The server's certificate, then the authority's. */
  public Path serverChain() {
    return directory.resolve("server.pem");
  }

  /** The server's private key. */
  public Path serverKey() {
    return directory.resolve("server-key.pem");
  }

  /**
   * Makes what is missing, what expires within 30 days, and the server's certificate if it is for
   * other names. Names beside localhost: {@code REGION.localhost} for each region, and the extra
   * names as they stand. The wildcard {@code *.localhost} is included, but clients differ on it.
   *
   * @return whether anything was made, so that a running nginx has to be reloaded
   * @throws IOException if the files cannot be read or written
   */
  public boolean ensure(Collection<String> regions, Collection<String> extraNames)
      throws IOException {
    PemFiles.createPrivateDirectory(directory);
    try {
      Authority authority = authority();
      List<String> names = names(regions, extraNames);
      boolean serverIsGood = !authority.fresh() && serverIsGood(authority.certificate(), names);
      if (!serverIsGood) {
        makeServer(authority, names);
      }
      return !serverIsGood;
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates in " + directory + " cannot be made", e);
    }
  }

  private Authority authority() throws IOException, GeneralSecurityException {
    Path keyFile = directory.resolve("ca-key.pem");
    if (Files.exists(keyFile) && Files.exists(authorityCertificate())) {
      Optional<X509Certificate> certificate = PemFiles.readCertificate(authorityCertificate());
      Optional<PrivateKey> key = PemFiles.readKey(keyFile);
      if (certificate.isPresent() && key.isPresent() && lastsLongEnough(certificate.get())) {
        return new Authority(certificate.get(), key.get(), false);
      }
    }
    KeyPair keys = newKeys();
    X509Certificate certificate =
        Certificates.authority(keys, clock.instant(), clock.instant().plus(AUTHORITY_LIFE));
    PemFiles.writePrivate(keyFile, keys.getPrivate());
    PemFiles.write(authorityCertificate(), List.of(certificate));
    return new Authority(certificate, keys.getPrivate(), true);
  }

  private void makeServer(Authority authority, List<String> names)
      throws IOException, GeneralSecurityException {
    KeyPair keys = newKeys();
    Instant end = clock.instant().plus(SERVER_LIFE);
    Instant authorityEnd = authority.certificate().getNotAfter().toInstant();
    X509Certificate certificate =
        Certificates.server(
            authority.certificate(),
            authority.key(),
            keys.getPublic(),
            names,
            clock.instant(),
            end.isBefore(authorityEnd) ? end : authorityEnd);
    // The key first: after a crash between the two, the pair does not match and is made again.
    PemFiles.writePrivate(serverKey(), keys.getPrivate());
    PemFiles.write(serverChain(), List.of(certificate, authority.certificate()));
  }

  private boolean serverIsGood(X509Certificate authority, List<String> names)
      throws IOException, GeneralSecurityException {
    if (!Files.exists(serverChain()) || !Files.exists(serverKey())) {
      return false;
    }
    Optional<X509Certificate> certificate = PemFiles.readCertificate(serverChain());
    Optional<PrivateKey> key = PemFiles.readKey(serverKey());
    return certificate.isPresent()
        && key.isPresent()
        && lastsLongEnough(certificate.get())
        && Certificates.isFrom(certificate.get(), authority)
        && Certificates.belongTogether(certificate.get(), key.get())
        && Certificates.names(certificate.get()).equals(Set.copyOf(names));
  }

  private boolean lastsLongEnough(X509Certificate certificate) {
    return clock.instant().plus(RENEW_BEFORE).isBefore(certificate.getNotAfter().toInstant());
  }

  private static List<String> names(Collection<String> regions, Collection<String> extraNames) {
    Set<String> names = new LinkedHashSet<>(List.of("localhost", "*.localhost"));
    regions.forEach(region -> names.add(region + ".localhost"));
    names.add("127.0.0.1");
    names.add("0:0:0:0:0:0:0:1");
    names.addAll(extraNames);
    return new ArrayList<>(names);
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private record Authority(X509Certificate certificate, PrivateKey key, boolean fresh) {}
}
