package org.tanada.storage.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.testing.Poll;

/**
 * Real storage nodes under a load of uploads and reads while they are killed, lose their power, and
 * have disks that fill up, get slow and forget: no wrong byte is given, and nothing acknowledged is
 * lost. And that whoever says so would notice: without syncs, without comparing what is read, and
 * without scrubbing.
 *
 * <p>Another order of faults: {@code -Dtanada.test.seed=N}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FileCheckerTests {
  private static final long SEED = Long.getLong("tanada.test.seed", 7);
  private static final int UNDER_FAULT = 30;
  private static final int ROTTEN = 20;

  @TempDir static Path root;
  private static FaultyNodes nodes;
  private static long ids;

  private final Random random = new Random(SEED);

  private enum Fault {
    KILLED,
    POWER_CUT,
    POWER_CUT_OF_ALL,
    DISK_FULL,
    DISK_FILLS_UP,
    DISK_SLOW,
    BITS_FLIPPED,
    BITS_FLIPPED_AGAIN
  }

  @BeforeAll
  static void nodes() throws IOException {
    nodes = new FaultyNodes(root, 3);
  }

  @BeforeEach
  void allRun() throws IOException {
    nodes.startAll();
    ids += 1_000_000;
  }

  @AfterAll
  static void close() {
    nodes.close();
  }

  @Test
  @Order(1) // the others leave nodes behind that have lost much
  void nothingAcknowledgedIsLostAndNoWrongByteIsGivenWhateverFails() throws IOException {
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    Collections.shuffle(faults, random);
    try (FileLoad load = new FileLoad(nodes, ids, SEED)) {
      load.goOn(UNDER_FAULT);
      for (Fault fault : faults) {
        happen(fault, load);
        load.goOn(UNDER_FAULT / 2);
      }
      load.end();

      FileLoad.Verdict verdict = load.judge();

      System.out.println("seed " + SEED + ", " + faults + ": " + load);
      assertThat(verdict.wrong()).as("wrong bytes, seed " + SEED).isEmpty();
      assertThat(verdict.denied()).as("denied, seed " + SEED).isEmpty();
      assertThat(verdict.lost()).as("lost, seed " + SEED).isEmpty();
    }
  }

  @Test
  void filesThatWereNotSyncedBeforeTheAnswerAreFoundLost() throws IOException {
    try (FileLoad load = new FileLoad(nodes, ids, SEED)) {
      nodes.tellAll("LYING");
      load.goOn(UNDER_FAULT);
      nodes.cutPowerOfAll(random);
      load.end();
      nodes.startAll();

      assertThat(load.judge().lost()).isNotEmpty();
    }
  }

  @Test
  void wrongBytesAreFoundWhereReadsAreComparedWithNothing() throws IOException {
    try (FileLoad load = new FileLoad(nodes, ids, SEED)) {
      nodes.tellAll("unverified");
      load.goOn(UNDER_FAULT);
      load.rot(1, ROTTEN, random);
      load.end();

      FileLoad.Verdict verdict = load.judge();

      assertThat(verdict.wrong()).isNotEmpty();
      assertThat(verdict.lost()).isEmpty();
    } finally {
      nodes.tellAll("verified");
    }
  }

  @Test
  void filesThatNobodyScrubbedAreFoundLost() throws IOException {
    try (FileLoad load = new FileLoad(nodes, ids, SEED)) {
      nodes.tellAll("unscrubbed");
      load.goOn(UNDER_FAULT);
      load.end();
      for (int n = 1; n <= nodes.count(); n++) { // one after the other, as disks do
        load.rot(n, Integer.MAX_VALUE, random);
      }

      FileLoad.Verdict verdict = load.judge();

      assertThat(verdict.lost()).isNotEmpty();
      assertThat(verdict.wrong()).as("they say so").isEmpty();
    } finally {
      nodes.tellAll("scrubbed");
    }
  }

  private void happen(Fault fault, FileLoad load) throws IOException {
    int n = 1 + random.nextInt(nodes.count());
    switch (fault) {
      case KILLED -> {
        nodes.kill(n);
        load.goOn(UNDER_FAULT);
      }
      case POWER_CUT -> {
        nodes.cutPower(n, random);
        load.goOn(UNDER_FAULT);
      }
      case POWER_CUT_OF_ALL -> nodes.cutPowerOfAll(random);
      case DISK_FULL -> during(n, FaultyDisk.State.FULL, load);
      case DISK_FILLS_UP -> during(n, FaultyDisk.State.FILLING, load);
      case DISK_SLOW -> during(n, FaultyDisk.State.SLOW, load);
      case BITS_FLIPPED, BITS_FLIPPED_AGAIN -> {
        List<Long> rotten = load.rot(n, ROTTEN, random);
        assertThat(rotten).isNotEmpty();
        load.goOn(UNDER_FAULT);
        Poll.until(
            "node " + n + " has mended " + rotten, // before another copy of them rots
            () -> {
              nodes.tell(n, "scrub");
              return rotten.stream().noneMatch(id -> load.damaged(n, id));
            });
      }
    }
    load.allow(UNDER_FAULT / 2);
    nodes.startAll();
  }

  private void during(int n, FaultyDisk.State state, FileLoad load) throws IOException {
    nodes.tell(n, state.name());
    load.goOn(UNDER_FAULT);
    nodes.tell(n, FaultyDisk.State.WELL.name());
  }
}
