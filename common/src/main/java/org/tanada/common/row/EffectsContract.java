package org.tanada.common.row;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Effects on other owners' rows that could not be applied, as any router offers them to the
 * operator's tools. Errors are problems: {@code not-found} (no such parked effect), {@code
 * unavailable} (a cluster has no primary now).
 */
@HttpExchange("/v1/effects")
public interface EffectsContract {
  /** Those that were tried so often that they are parked, the oldest first. */
  @GetExchange("/parked")
  Parked parked();

  /** Has parked effects tried again. */
  @PostExchange("/retries")
  Retried retry(@RequestBody Retry retry);

  /**
   * Parked effects.
   *
   * @param effects at most 100 of each virtual shard
   */
  record Parked(List<Effect> effects) {
    public Parked {
      effects = List.copyOf(effects);
    }
  }

  /**
   * One effect.
   *
   * @param id its own
   * @param owner whose transaction it follows from
   * @param target the owner whose rows it changes
   * @param createdAt milliseconds since the Unix epoch
   * @param attempts how often it failed
   * @param error why, the last time
   */
  record Effect(long id, long owner, long target, long createdAt, int attempts, String error) {}

  /**
   * What to try again.
   *
   * @param id of one effect; null for all
   */
  record Retry(@Nullable Long id) {}

  /**
   * What is tried again.
   *
   * @param count how many effects
   */
  record Retried(int count) {}
}
