package org.tanada.deploy.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.ClusterStates;
import tools.jackson.databind.json.JsonMapper;

/** What the routers see of a cluster, and have told clients of. */
public final class RouterViews {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Routers routers;
  private final int cluster;

  /** How routers are asked. */
  public interface Routers {
    /** The answers to a GET of all that answer. */
    List<Launcher.Reply> ask(String path) throws IOException;
  }

  /** The views of a cluster of a system, by the cluster's name: {@code mysql-1}. */
  public static RouterViews of(Launcher launcher, String cluster) {
    return new RouterViews(path -> launcher.askAll("router", path), cluster);
  }

  /** The same by routers that are asked in a way of their own. */
  public RouterViews(Routers routers, String cluster) {
    this.routers = routers;
    this.cluster = Integer.parseInt(cluster.substring(cluster.indexOf('-') + 1));
  }

  /** Those of all routers that answer. */
  public List<ClusterState> all() throws IOException {
    List<ClusterState> views = new ArrayList<>();
    for (Launcher.Reply reply : routers.ask("/v1/shards/clusters")) {
      if (reply.status() == 200) {
        JSON.readValue(reply.body(), ClusterStates.class).clusters().stream()
            .filter(state -> state.number() == cluster)
            .forEach(views::add);
      }
    }
    return views;
  }

  /** Whether no router that answers knows the cluster. */
  public boolean none() {
    try {
      return all().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest positions of acknowledged writes, of each router that knows one. */
  public static List<String> acknowledged(List<ClusterState> views) {
    return views.stream().map(ClusterState::acknowledged).filter(Objects::nonNull).toList();
  }

  /** Whether all routers that answer take the node for the primary. */
  public static boolean agree(List<ClusterState> views, String node) {
    return views.stream()
        .allMatch(view ->
            view.members().stream()
                .anyMatch(member -> member.node().equals(node) && member.role().equals("primary")));
  }
}
