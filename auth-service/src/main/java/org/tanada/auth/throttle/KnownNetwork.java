package org.tanada.auth.throttle;

import java.time.Instant;
import org.tanada.common.row.Table;

/**
 * A row of {@code known_networks}.
 *
 * @param network from which the row's owner has signed in, for example {@code 192.0.2.0/24}
 * @param lastUsedAt when they did so the last time, to the day
 */
record KnownNetwork(String network, Instant lastUsedAt) {
  static final Table<KnownNetwork> TABLE = new Table<>("known_networks", KnownNetwork.class);
}
