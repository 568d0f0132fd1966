package org.tanada.common.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts servers that our authority vouches for under {@link InsideTls#NAME}. It takes the place of
 * the clients' own check of the address: an extended manager is asked for both (JSSE Reference
 * Guide, "X509ExtendedTrustManager").
 */
final class InsideTrust extends X509ExtendedTrustManager {
  private static final int DNS_NAME = 2; // of GeneralName (RFC 5280, 4.2.1.6)

  private final X509ExtendedTrustManager chains;

  InsideTrust(X509ExtendedTrustManager chains) {
    this.chains = chains;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    chains.checkServerTrusted(chain, type); // without a connection it looks at no address
    Collection<List<?>> names = chain[0].getSubjectAlternativeNames();
    boolean ours =
        names != null
            && names.stream().anyMatch(name -> name.equals(List.of(DNS_NAME, InsideTls.NAME)));
    if (!ours) {
      throw new CertificateException("the certificate is not for " + InsideTls.NAME);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("callers are known by their credentials");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }
}
