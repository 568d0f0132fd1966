package org.tanada.common.membership;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Hashtable;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/**
 * Which one of its service a host is, by the name that DNS has for its address: 2 for {@code
 * tanada-app-service-2.tanada_services} (compose) and {@code storage-2.storage.default.svc}
 * (Kubernetes). DNS itself is asked, since a container's own {@code /etc/hosts} says something
 * else.
 */
final class HostNumbers {
  /** A letter is asked for, so that an address written as a name ({@code 10-0-0-5}) is none. */
  private static final Pattern NUMBERED = Pattern.compile(".*[a-zA-Z].*-(\\d{1,6})");

  private static final String TIMEOUT_MILLIS = "300";
  private static final String ATTEMPTS = "2";

  private HostNumbers() {}

  /** Asks DNS; empty if it has no name for the address, or one without a number. */
  // DNS answers texts, no object of anybody's is read; and a Hashtable is what JNDI takes
  @SuppressWarnings({"BanJNDI", "JdkObsolete"})
  static OptionalInt ask(InetAddress address) {
    if (!(address instanceof Inet4Address)) {
      return OptionalInt.empty();
    }
    Hashtable<String, String> settings = new Hashtable<>();
    settings.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
    settings.put("java.naming.provider.url", "dns:"); // the servers of this machine
    settings.put("com.sun.jndi.dns.timeout.initial", TIMEOUT_MILLIS);
    settings.put("com.sun.jndi.dns.timeout.retries", ATTEMPTS);
    try {
      InitialDirContext dns = new InitialDirContext(settings);
      try {
        Attribute names =
            dns.getAttributes(reverse(address.getAddress()), new String[] {"PTR"}).get("PTR");
        return names == null ? OptionalInt.empty() : of(String.valueOf(names.get()));
      } finally {
        dns.close();
      }
    } catch (NamingException e) {
      return OptionalInt.empty(); // nobody knows the address: that is the answer
    }
  }

  /** The number in a host's name. */
  static OptionalInt of(String host) {
    int dot = host.indexOf('.');
    Matcher matcher = NUMBERED.matcher(dot < 0 ? host : host.substring(0, dot));
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private static String reverse(byte[] address) {
    return String.format(
        "%d.%d.%d.%d.in-addr.arpa",
        address[3] & 0xff, address[2] & 0xff, address[1] & 0xff, address[0] & 0xff);
  }
}
