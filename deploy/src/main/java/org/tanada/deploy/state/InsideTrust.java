package org.tanada.deploy.state;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.ca.LocalAuthority;

/** TLS between the services of an installation: what they get for it, and what trusts them. */
public final class InsideTrust {
  private InsideTrust() {}

  /**
   * What this command needs to call them; null as long as there is no authority, so that none of
   * them can speak TLS. Addresses of plain HTTP are called all the same.
   *
   * @throws IOException if the authority's certificate cannot be read
   */
  public static @Nullable SSLContext of(Home home) throws IOException {
    Path authority = new LocalAuthority(home.ca()).authorityCertificate();
    return Files.exists(authority) ? InsideTls.trusting(authority) : null;
  }

  /**
   * A client of theirs.
   *
   * @param connect how long it may take to be there
   * @throws IOException if the authority's certificate cannot be read
   */
  public static HttpClient client(Home home, Duration connect) throws IOException {
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(connect);
    SSLContext trust = of(home);
    return (trust == null ? builder : builder.sslContext(trust)).build();
  }

  /** Writes the files of {@link InsideTls} to a directory of a service's, which is there. */
  public static void give(Home home, Path to) throws IOException {
    for (Map.Entry<String, String> file : new LocalAuthority(home.ca()).inside().entrySet()) {
      StateFiles.write(to.resolve(file.getKey()), file.getValue());
    }
  }
}
