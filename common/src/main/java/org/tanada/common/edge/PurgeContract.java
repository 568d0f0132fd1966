package org.tanada.common.edge;

import java.util.List;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Removing objects from an edge's cache; every edge has to be told. Served on the edge's control
 * address.
 */
@HttpExchange("/internal")
public interface PurgeContract {
  /** Removes what is cached for these paths. */
  @PostExchange("/purges")
  Purged purge(@RequestBody Purge purge);

  /**
   * What to remove.
   *
   * @param paths paths with their query, as requested at the front door, for example {@code
   *     /videos/17}; at most 100
   */
  record Purge(List<String> paths) {
    public Purge {
      paths = List.copyOf(paths);
    }
  }

  /**
   * What was removed.
   *
   * @param objects how many cached objects, variants included
   */
  record Purged(int objects) {}
}
