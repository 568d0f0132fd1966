package org.tanada.router.move;

import io.micrometer.core.instrument.Timer;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.tanada.router.shard.Migrations;

/**
 * What all moves of a router share.
 *
 * @param router its name
 * @param migrations for new copies
 * @param limits of each move
 * @param clock for what the operator reads; nothing is decided by it
 * @param threads for what is done beside
 * @param fences how long writes waited at each flip
 * @param probe of a test
 */
record MoveContext(
    String router,
    Migrations migrations,
    MoveProperties limits,
    InstantSource clock,
    Executor threads,
    Timer fences,
    MoveProbe probe) {
  /** A name for one run, unlike all others. */
  String newMover() {
    return router + "/" + UUID.randomUUID().toString().substring(0, 13);
  }
}
