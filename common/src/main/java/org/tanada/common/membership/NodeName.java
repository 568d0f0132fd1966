package org.tanada.common.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives a process that was told its tier alone ({@code tanada.tier}) its name, {@code tanada.node}:
 * all containers of a scaled service get the same settings, and only DNS knows which one each of
 * them is. The callers name it in the same way ({@link DnsMembership}).
 */
final class NodeName implements EnvironmentPostProcessor, Ordered {
  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    String tier = environment.getProperty("tanada.tier");
    if (tier == null || environment.containsProperty("tanada.node")) {
      return;
    }
    environment
        .getPropertySources()
        .addLast(new MapPropertySource("node name", Map.of("tanada.node", name(tier))));
  }

  private static String name(String tier) {
    try {
      String address = "";
      for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
        for (InetAddress own : card.inetAddresses().toList()) {
          OptionalInt number = own.isLoopbackAddress() ? OptionalInt.empty() : HostNumbers.ask(own);
          if (number.isPresent()) {
            return tier + "-" + number.getAsInt();
          }
          if (!own.isLoopbackAddress() && address.isEmpty()) {
            address = own.getHostAddress();
          }
        }
      }
      return tier + "-" + address.replaceAll("[^0-9a-f]", "-");
    } catch (IOException e) {
      throw new IllegalStateException("this machine's addresses cannot be listed", e);
    }
  }

  /** After the settings of the application have been read. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }
}
