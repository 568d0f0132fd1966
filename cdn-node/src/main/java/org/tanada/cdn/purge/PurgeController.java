package org.tanada.cdn.purge;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.cdn.cache.CacheStore;
import org.tanada.cdn.config.EdgeProperties;
import org.tanada.cdn.server.Target;
import org.tanada.common.edge.PurgeContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Removes what is cached under an address, all variants, and what is still on its way. */
@RestController
final class PurgeController implements PurgeContract {
  private static final Logger log = LoggerFactory.getLogger(PurgeController.class);
  private static final int MAX_PATHS = 100;

  private final CacheStore store;
  private final EdgeProperties properties;

  PurgeController(CacheStore store, EdgeProperties properties) {
    this.store = store;
    this.properties = properties;
  }

  @Override
  public Purged purge(Purge purge) {
    if (purge.paths().isEmpty() || purge.paths().size() > MAX_PATHS) {
      throw ProblemException.invalid("paths", "must be 1 to " + MAX_PATHS);
    }
    var keys =
        purge.paths().stream().map(path -> key(path)).toList(); // all checked before any is removed
    int objects = 0;
    for (String key : keys) {
      objects += store.purge(key);
    }
    log.info("purged {} objects under {} addresses", objects, purge.paths().size());
    return new Purged(objects);
  }

  private String key(String path) {
    try {
      return Target.key(path, properties);
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.NOT_FOUND) {
        return path;
      }
      throw ProblemException.invalid("paths", "must be paths of this site: " + e.getMessage());
    }
  }
}
