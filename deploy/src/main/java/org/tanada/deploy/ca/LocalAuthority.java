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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.tanada.common.tls.InsideTls;

/**
 * A certificate authority on this machine, the front door's certificate from it, and the one that
 * services show each other. Whoever trusts {@code ca.pem} sees {@code https://localhost:8443}
 * without a warning. Keys have mode 0600; the authority's never leaves the directory.
 */
public final class LocalAuthority {
  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3653);

  /** What browsers accept of anchors that a user added, too (Apple: 398 days from 2020 on). */
  private static final Duration SERVER_LIFE = Duration.ofDays(397);

  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  /** Nodes that start at the same time get the same. */
  private static final ReentrantLock LOCK = new ReentrantLock();

  private static final Pair SERVER = new Pair("server.pem", "server-key.pem");
  private static final Pair INSIDE = new Pair(InsideTls.CERTIFICATE, InsideTls.KEY);

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
    return directory.resolve(SERVER.chain());
  }

  /** The server's private key. */
  public Path serverKey() {
    return directory.resolve(SERVER.key());
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
    LOCK.lock();
    try {
      Authority authority = authority();
      List<String> names = names(regions, extraNames);
      return ensure(authority, SERVER, names, clock.instant().plus(SERVER_LIFE));
    } catch (GeneralSecurityException e) {
      throw unmade(e);
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * The files that a service needs to speak TLS with others, by their names in {@link InsideTls}:
   * made if they are missing. The certificate lasts as long as the authority: services do not have
   * to begin anew for another one.
   *
   * @throws IOException if they cannot be read or written
   */
  public Map<String, String> inside() throws IOException {
    PemFiles.createPrivateDirectory(directory);
    LOCK.lock();
    try {
      Authority authority = authority();
      Instant end = authority.certificate().getNotAfter().toInstant();
      ensure(authority, INSIDE, List.of(InsideTls.NAME), end);
      return Map.of(
          InsideTls.CERTIFICATE, Files.readString(directory.resolve(INSIDE.chain())),
          InsideTls.KEY, Files.readString(directory.resolve(INSIDE.key())),
          InsideTls.AUTHORITY, Files.readString(authorityCertificate()));
    } catch (GeneralSecurityException e) {
      throw unmade(e);
    } finally {
      LOCK.unlock();
    }
  }

  private IOException unmade(GeneralSecurityException e) {
    return new IOException("certificates in " + directory + " cannot be made", e);
  }

  /** Whether it was made. */
  private boolean ensure(Authority authority, Pair files, List<String> names, Instant end)
      throws IOException, GeneralSecurityException {
    if (!authority.fresh() && isGood(files, authority.certificate(), names)) {
      return false;
    }
    make(authority, files, names, end);
    return true;
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

  private void make(Authority authority, Pair files, List<String> names, Instant end)
      throws IOException, GeneralSecurityException {
    KeyPair keys = newKeys();
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
    PemFiles.writePrivate(directory.resolve(files.key()), keys.getPrivate());
    PemFiles.write(directory.resolve(files.chain()), List.of(certificate, authority.certificate()));
  }

  private boolean isGood(Pair files, X509Certificate authority, List<String> names)
      throws IOException, GeneralSecurityException {
    Path chain = directory.resolve(files.chain());
    Path keyFile = directory.resolve(files.key());
    if (!Files.exists(chain) || !Files.exists(keyFile)) {
      return false;
    }
    Optional<X509Certificate> certificate = PemFiles.readCertificate(chain);
    Optional<PrivateKey> key = PemFiles.readKey(keyFile);
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

  /** Names of the files of a certificate with its issuer's, and of its key. */
  private record Pair(String chain, String key) {}

  private record Authority(X509Certificate certificate, PrivateKey key, boolean fresh) {}
}
