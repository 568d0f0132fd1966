package org.tanada.deploy.process;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Purpose;

/** The settings of one of our services that differ from node to node, as environment variables. */
public final class ServiceEnvironment {
  private ServiceEnvironment() {}

  /**
   * A node's settings; it listens on its own address.
   *
   * @param inventory the file that lists all nodes
   * @param secrets the directory with the node's secrets, one file each, and what it needs for TLS
   * @param data the directory that it may write to
   * @param publicUrl of the front door
   */
  public static Map<String, String> of(
      PlannedNode node, Path inventory, Path secrets, Path data, String publicUrl) {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("MALLOC_ARENA_MAX", "2");
    env.put("TANADA_NODE", node.name());
    env.put("SERVER_ADDRESS", node.host());
    env.put("SERVER_PORT", Integer.toString(node.controlPort()));
    env.put("TANADA_MEMBERSHIP_SOURCE", "file");
    env.put("TANADA_MEMBERSHIP_FILE", inventory.toString());
    env.put("SPRING_CONFIG_IMPORT", "configtree:" + secrets + "/");
    env.put("TANADA_CREDENTIAL_DIRECTORY", secrets.toString());
    if (node.tls()) {
      env.put("TANADA_TLS_DIRECTORY", secrets.toString());
    }
    switch (node.kind()) {
      case EDGE -> {
        env.put("TANADA_EDGE_ADDRESS", node.host());
        env.put("TANADA_EDGE_PORT", Integer.toString(node.port()));
        env.put("TANADA_EDGE_REGION", node.region());
        env.put("TANADA_EDGE_DIRECTORY", data.toString());
      }
      case LB -> {
        env.put("SERVER_PORT", Integer.toString(node.port()));
        env.put("MANAGEMENT_SERVER_ADDRESS", node.host());
        env.put("MANAGEMENT_SERVER_PORT", Integer.toString(node.controlPort()));
      }
      case ROUTER -> env.put("TANADA_ROUTER_DATAPATH_PORT", Integer.toString(node.port()));
      case STORAGE -> {
        env.put("TANADA_STORAGE_PURPOSE", Purpose.name(node.tier()));
        env.put("TANADA_STORAGE_DIRECTORY", data.toString());
      }
      case APP -> env.put("TANADA_APP_PUBLICURL", publicUrl);
      case AUTH -> {
        env.put("TANADA_AUTH_PUBLICURL", publicUrl);
        for (String own : Secrets.OPERATORS) {
          env.merge(
              "SPRING_CONFIG_IMPORT",
              "optional:file:" + secrets.resolve(own),
              (all, more) -> all + "," + more);
        }
      }
      default -> {}
    }
    return env;
  }
}
