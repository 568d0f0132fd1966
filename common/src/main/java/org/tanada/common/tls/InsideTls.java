package org.tanada.common.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS between the services of one installation. All of them show the same name, and callers look
 * for it whatever address they call: nodes come and go with their addresses, and which of ours a
 * node is tells its credential.
 */
public final class InsideTls {
  /**
   * The name in every certificate that our services show each other (RFC 6125; .internal is
   * reserved for such uses). The front door's certificate, by the same authority, lacks it.
   */
  public static final String NAME = "inside.tanada.internal";

  /** A service's certificate, then its authority's, in PEM. */
  public static final String CERTIFICATE = "inside.pem";

  /** Its private key, in PEM (PKCS #8). */
  public static final String KEY = "inside-key.pem";

  /** Whose certificates are trusted, in PEM. */
  public static final String AUTHORITY = "inside-authority.pem";

  private InsideTls() {}

  /**
   * What a caller of our services needs.
   *
   * @param authority file with the installation's authority
   * @throws IOException if the file cannot be read, or is no certificate
   */
  public static SSLContext trusting(Path authority) throws IOException {
    try (InputStream in = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new InsideTrust(chains(factory))}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(authority + " is no certificate of an authority", e);
    }
  }

  private static X509ExtendedTrustManager chains(TrustManagerFactory factory) {
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager chains) {
        return chains;
      }
    }
    throw new IllegalStateException("this JVM checks no chains of certificates");
  }
}
