package org.tanada.auth.store;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The network of an address, coarse on purpose: enough for its owner to recognize a place by, and
 * no trail of addresses. /24 of IPv4, /48 of IPv6, which is what one site is given (RFC 6177).
 */
public final class Networks {
  /** Only what is an address already, so that nothing is ever looked up. */
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private static final int MAX_LENGTH = 45;
  private static final int V4_BYTES = 3;
  private static final int V6_BYTES = 6;

  private Networks() {}

  /** For example {@code 192.0.2.0/24}; null if it is no address. */
  public static @Nullable String of(@Nullable String address) {
    if (address == null || address.length() > MAX_LENGTH || !ADDRESS.matcher(address).matches()) {
      return null;
    }
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress(); // IPv4 in IPv6 becomes IPv4
      int kept = bytes.length == 4 ? V4_BYTES : V6_BYTES;
      Arrays.fill(bytes, kept, bytes.length, (byte) 0);
      String text = InetAddress.getByAddress(bytes).getHostAddress();
      return (bytes.length == 4 ? text : shortened(bytes)) + "/" + kept * 8;
    } catch (IllegalArgumentException | UnknownHostException e) {
      return null; // for example 999.1.1.1
    }
  }

  private static String shortened(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < V6_BYTES; i += 2) {
      text.append(Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff))).append(':');
    }
    return text.append(':').toString();
  }
}
