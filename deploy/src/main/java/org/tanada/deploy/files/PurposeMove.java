package org.tanada.deploy.files;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tanada.common.blob.FileMove;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Purpose;

/**
 * Moves the files of a purpose between its nodes' disks and a bucket while they are in use.
 *
 * <ol>
 *   <li>Every node tries the bucket; nothing is changed if one cannot use it.
 *   <li>The purpose is said to have files in both places and to write to the old one; the nodes are
 *       restarted one after the other. From then on whatever is written anywhere is found by all.
 *   <li>It is said to write to the new place; the nodes are restarted. From then on nothing comes
 *       to the old one.
 *   <li>One node after the other brings its files over, in passes, until one pass of each has found
 *       nothing left: each file was read at the new place and held against its SHA-256 before the
 *       old place let go of it.
 *   <li>The purpose is said to be in the new place alone; the nodes are restarted.
 * </ol>
 *
 * What is said of the purpose is all that is kept: the same move begun again goes on from there,
 * and the opposite one goes back.
 */
public final class PurposeMove {
  /** Passes in a row that move nothing and leave something. */
  private static final int STUCK = 3;

  private static final int AWAY_SECONDS = 180;
  private static final long POLL_MILLIS = 500;

  private final PurposeNodes nodes;
  private final Duration seen;
  private final Duration poll;
  private final Consumer<String> step;
  private final Consumer<FileMove> progress;
  private final Map<String, FileMove> last = new HashMap<>();
  private long moved;
  private long bytes;

  /**
   * A move.
   *
   * @param seen how long others need to see that a node is back
   * @param poll between two looks at a node at work
   * @param step takes a line for each step
   * @param progress takes what the node at work says at each look
   */
  public PurposeMove(
      PurposeNodes nodes,
      Duration seen,
      Duration poll,
      Consumer<String> step,
      Consumer<FileMove> progress) {
    this.poll = poll;
    this.nodes = nodes;
    this.seen = seen;
    this.step = step;
    this.progress = progress;
  }

  /**
   * What a move has done.
   *
   * @param moved files
   * @param bytes of them
   */
  public record Done(long moved, long bytes) {}

  /**
   * Brings all files into a bucket.
   *
   * @param s3 its settings, as they stand in the topology
   * @throws OperatorException if it cannot be used, or the files are being moved to another one, or
   *     moving stands still
   */
  public Done toBucket(Map<String, String> s3) throws IOException {
    Purpose purpose = nodes.purpose();
    Purpose wanted = purpose.moving(s3, Purpose.DISK); // checks the settings, too
    if (purpose.s3().isEmpty()) {
      attempt(wanted.s3());
    } else if (!purpose.s3().equals(wanted.s3())) {
      throw new OperatorException(
          "these files are in another bucket, or on their way there: s3 of the topology says which;"
              + " move them to disk first");
    }
    return move(purpose, wanted.s3(), Purpose.S3);
  }

  /** Brings all files to the nodes' disks. */
  public Done toDisks() throws IOException {
    Purpose purpose = nodes.purpose();
    return move(purpose, purpose.s3(), Purpose.DISK);
  }

  private void attempt(Map<String, String> s3) throws IOException {
    FileMove.Bucket bucket =
        new FileMove.Bucket(
            s3.get("endpoint"),
            s3.getOrDefault("region", ""),
            s3.getOrDefault("bucket", ""),
            s3.getOrDefault("prefix", ""),
            Boolean.parseBoolean(s3.get("path-style")),
            s3.getOrDefault("credentials", ""));
    for (String node : nodes.names()) {
      try {
        nodes.attempt(node, bucket);
      } catch (OperatorException e) {
        throw new OperatorException("nothing was changed: " + node + ": " + e.getMessage(), e);
      } catch (IOException e) {
        throw new OperatorException("nothing was changed: " + node + " does not answer", e);
      }
    }
    step.accept("the bucket can be used by all nodes");
  }

  private Done move(Purpose purpose, Map<String, String> s3, String goal) throws IOException {
    String old = Purpose.other(goal);
    boolean there = purpose.writes().isEmpty() && purpose.backend().equals(goal);
    if (!there && purpose.writes().isEmpty()) {
      needAll();
    }
    if (!there) {
      if (!purpose.writes().equals(goal)) {
        nodes.say(purpose.moving(s3, old));
        roll(old, goal, "all nodes know both places");
        nodes.say(purpose.moving(s3, goal));
      }
      roll(goal, old, "new files go to " + said(goal));
      passes();
      nodes.say(purpose.moving(s3, goal).in(goal));
    }
    roll(goal, null, "all files are in " + said(goal));
    return new Done(moved, bytes);
  }

  /** A node that is stopped has files that would be left behind. */
  private void needAll() throws IOException {
    for (String node : nodes.names()) {
      try {
        nodes.state(node);
      } catch (IOException e) {
        throw new OperatorException(
            "nothing was changed: " + node + " does not answer, and all nodes are needed", e);
      }
    }
  }

  private static String said(String place) {
    return place.equals(Purpose.DISK) ? "the disks of the nodes" : "the bucket";
  }

  /** Restarts the nodes that were started before the last thing was said, one at a time. */
  private void roll(String backend, @Nullable String other, String done) throws IOException {
    for (String node : nodes.names()) {
      if (is(node, backend, other)) {
        continue;
      }
      awaitCopies();
      nodes.restart(node);
      if (!is(node, backend, other)) {
        throw new OperatorException(
            node
                + " was restarted and has its files elsewhere than it is told:"
                + " is it built from this version? ./tanada up");
      }
      LockSupport.parkNanos(seen.toNanos()); // no node says how others see it
    }
    step.accept(done);
  }

  /** What was written while a node was away is on one disk alone, which is not to go as well. */
  private void awaitCopies() throws IOException {
    for (String node : nodes.names()) {
      boolean paid = Control.await(AWAY_SECONDS, POLL_MILLIS, () -> state(node).owed() == 0);
      if (!paid) {
        throw new OperatorException(
            node
                + " still owes copies of files to other nodes: ./tanada status says how they are;"
                + " the same command goes on");
      }
    }
  }

  private boolean is(String node, String backend, @Nullable String other) {
    try {
      FileMove state = nodes.state(node);
      return state.backend().equals(backend)
          && java.util.Objects.equals(state.otherBackend(), other);
    } catch (IOException e) {
      return false; // a restart waits until it is up, or says why it is not
    }
  }

  private void passes() throws IOException {
    List<String> names = nodes.names();
    int stuck = 0;
    while (true) {
      long before = moved;
      FileMove problem = null;
      for (String node : names) {
        FileMove end = pass(node);
        if (end.left() > 0 || !end.problem().isEmpty()) {
          problem = end;
        }
      }
      if (problem == null) {
        return;
      }
      stuck = moved > before ? 0 : stuck + 1;
      if (stuck == STUCK) {
        throw new OperatorException(
            "%s still has %,d files that cannot be moved%s; all are served meanwhile, and the same command goes on"
                .formatted(
                    problem.node(),
                    problem.left(),
                    problem.problem().isEmpty() ? "" : " (" + problem.problem() + ")"));
      }
    }
  }

  /** One pass of a node; begun again if the node is. */
  private FileMove pass(String node) {
    FileMove begun = begin(node);
    while (true) {
      LockSupport.parkNanos(poll.toNanos());
      FileMove now = state(node);
      note(now);
      if (now.running()) {
        continue;
      }
      if (now.passes() > begun.passes()) {
        return now;
      }
      begun = begin(node); // it was restarted: nothing is lost but the pass
    }
  }

  private FileMove begin(String node) {
    return patiently(node, () -> nodes.begin(node));
  }

  private FileMove state(String node) {
    return patiently(node, () -> nodes.state(node));
  }

  /** Asks until the node answers: one that died is started again. */
  private static FileMove patiently(String node, Question question) {
    FileMove[] answer = new FileMove[1];
    boolean answered =
        Control.await(
            AWAY_SECONDS,
            POLL_MILLIS,
            () -> {
              try {
                answer[0] = question.ask();
                return true;
              } catch (IOException e) {
                return false;
              }
            });
    if (!answered) {
      throw new OperatorException(
          node + " does not answer: ./tanada status says how it is; the same command goes on");
    }
    return answer[0];
  }

  private interface Question {
    FileMove ask() throws IOException;
  }

  /** A node counts from its start. */
  private void note(FileMove now) {
    FileMove before = last.put(now.node(), now);
    boolean same = before != null && before.moved() <= now.moved();
    moved += now.moved() - (same ? before.moved() : 0);
    bytes += now.bytes() - (same ? before.bytes() : 0);
    progress.accept(now);
  }
}
