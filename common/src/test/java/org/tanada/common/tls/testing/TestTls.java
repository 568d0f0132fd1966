package org.tanada.common.tls.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.tanada.common.tls.InsideTls;
import org.tanada.common.tls.TlsEnvironment;
import org.tanada.common.tls.TlsProperties;

/** Certificates of a test, by the JDK's own tool; each vouches for itself. */
public final class TestTls {
  private static final String PASSWORD = "changeit";

  private final Path directory;

  /** A certificate for the name that our services show. */
  public TestTls() {
    this(InsideTls.NAME);
  }

  /** A certificate for another name. */
  public TestTls(String name) {
    try {
      directory = Files.createTempDirectory("tanada-tls");
      make(name);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate can be made", e);
    }
  }

  private void make(String name) throws IOException, GeneralSecurityException {
    Path store = directory.resolve("store.p12");
    Process tool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "server",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=test",
                    "-ext",
                    "san=dns:" + name,
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    store.toString()))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    try {
      if (tool.waitFor() != 0) {
        throw new IOException(Files.readString(directory.resolve("keytool.log")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Key key = made.getKey("server", PASSWORD.toCharArray());
    String certificate = pem("CERTIFICATE", made.getCertificate("server").getEncoded());
    Files.writeString(directory.resolve(InsideTls.KEY), pem("PRIVATE KEY", key.getEncoded()));
    Files.writeString(directory.resolve(InsideTls.CERTIFICATE), certificate);
    Files.writeString(directory.resolve(InsideTls.AUTHORITY), certificate);
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %1$s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes));
  }

  /** What services are told. */
  public TlsProperties properties() {
    return new TlsProperties(directory.toString());
  }

  /** The authority that callers trust. */
  public Path authority() {
    return directory.resolve(InsideTls.AUTHORITY);
  }

  /** What Spring Boot makes of it. */
  public SslBundles bundles() {
    try {
      return new DefaultSslBundleRegistry(
          TlsEnvironment.BUNDLE,
          SslBundle.of(
              new PemSslStoreBundle(
                  PemSslStoreDetails.forCertificate(
                          Files.readString(directory.resolve(InsideTls.CERTIFICATE)))
                      .withPrivateKey(Files.readString(directory.resolve(InsideTls.KEY))),
                  null)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
