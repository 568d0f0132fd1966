package org.tanada.storage.replica;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Files that a reader found damaged here: the scrubber looks at them before all others. */
@Component
class Suspects {
  private static final Logger log = LoggerFactory.getLogger(Suspects.class);

  /** More are found again, by their readers or in the scrubber's turn. */
  private static final int MOST = 10_000;

  private final Set<Long> ids = new HashSet<>();

  /** Remembers a file. */
  synchronized void add(long id, IOException why) {
    if (ids.size() < MOST && ids.add(id)) {
      log.warn("file {} seems to be damaged: {}", id, why.getMessage());
    }
  }

  /** Those that were added since. */
  synchronized Set<Long> take() {
    Set<Long> taken = Set.copyOf(ids);
    ids.clear();
    return taken;
  }
}
