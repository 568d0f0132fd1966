package org.tanada.deploy.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.tanada.common.blob.FileMove;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Purpose;

/** The order of a move's steps, and that it goes on after each of them. */
class PurposeMoveTests {
  private static final Map<String, String> BUCKET =
      Map.of("region", "eu-1", "bucket", "files", "credentials", "/etc/s3");

  private final Nodes nodes = new Nodes();
  private final List<String> steps = new ArrayList<>();

  private PurposeMove move() {
    return new PurposeMove(nodes, Duration.ZERO, Duration.ZERO, steps::add, now -> {});
  }

  @Test
  void filesGoToABucketAndBack() throws IOException {
    assertThat(move().toBucket(BUCKET)).isEqualTo(new PurposeMove.Done(6, 600));
    assertThat(nodes.purpose.s3()).isEqualTo(BUCKET);
    assertThat(nodes.purpose.writes()).isEmpty();
    assertThat(nodes.told.values()).allMatch(told -> told.equals("s3"));

    assertThat(move().toDisks()).isEqualTo(new PurposeMove.Done(6, 600));
    assertThat(nodes.purpose).isEqualTo(Purpose.usual("storage-videos"));
    assertThat(nodes.told.values()).allMatch(told -> told.equals("disk"));
    assertThat(steps)
        .containsSubsequence(
            "the bucket can be used by all nodes",
            "all nodes know both places",
            "new files go to the bucket",
            "all files are in the bucket",
            "all nodes know both places",
            "new files go to the disks of the nodes",
            "all files are in the disks of the nodes");
  }

  @Test
  void itGoesOnWhereverItWasEnded() throws IOException {
    int last = 0;
    for (int calls = 1; last == 0; calls++) {
      Nodes fresh = new Nodes();
      fresh.callsLeft = calls;
      try {
        new PurposeMove(fresh, Duration.ZERO, Duration.ZERO, step -> {}, now -> {})
            .toBucket(BUCKET);
        last = calls; // that many are enough for all of it
      } catch (EndedException e) {
        fresh.callsLeft = Integer.MAX_VALUE;
        new PurposeMove(fresh, Duration.ZERO, Duration.ZERO, step -> {}, now -> {})
            .toBucket(BUCKET);
      }
      assertThat(fresh.told.values()).allMatch(told -> told.equals("s3"));
      assertThat(fresh.files.values()).allMatch(count -> count == 0);
      assertThat(fresh.purpose.writes()).isEmpty();
    }
    assertThat(last).isGreaterThan(20);
  }

  @Test
  void itGoesBackWhereverItWasEnded() throws IOException {
    for (int calls = 1; calls < 40; calls++) {
      Nodes fresh = new Nodes();
      fresh.callsLeft = calls;
      try {
        new PurposeMove(fresh, Duration.ZERO, Duration.ZERO, step -> {}, now -> {})
            .toBucket(BUCKET);
      } catch (EndedException e) {
        assertThat(fresh.callsLeft).isZero();
      }
      fresh.callsLeft = Integer.MAX_VALUE;
      new PurposeMove(fresh, Duration.ZERO, Duration.ZERO, step -> {}, now -> {}).toDisks();
      assertThat(fresh.told.values()).allMatch(told -> told.equals("disk"));
      assertThat(fresh.purpose).isEqualTo(Purpose.usual("storage-videos"));
    }
  }

  @Test
  void bucketThatANodeCannotUseChangesNothing() {
    nodes.refusal = "Bucket files cannot be used: it is not there.";

    assertThatThrownBy(() -> move().toBucket(BUCKET))
        .isInstanceOf(OperatorException.class)
        .hasMessage("nothing was changed: storage-videos-1: " + nodes.refusal);
    assertThat(nodes.purpose).isEqualTo(Purpose.usual("storage-videos"));
    assertThat(nodes.restarts).isZero();
  }

  @Test
  void nodeThatIsAwayChangesNothing() {
    nodes.away = "storage-videos-2";

    assertThatThrownBy(() -> move().toBucket(BUCKET))
        .isInstanceOf(OperatorException.class)
        .hasMessage("nothing was changed: storage-videos-2 does not answer");
    assertThat(nodes.restarts).isZero();
  }

  @Test
  void otherBucketThanTheOneOnTheWayIsRefused() {
    nodes.purpose = Purpose.usual("storage-videos").moving(BUCKET, "s3");

    assertThatThrownBy(() ->
            move().toBucket(Map.of("region", "eu-1", "bucket", "b", "credentials", "/etc/s3")))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("in another bucket");
  }

  @Test
  void whatCannotBeMovedKeepsTheFilesInBothPlaces() {
    nodes.stuck = true;

    assertThatThrownBy(() -> move().toBucket(BUCKET))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("storage-videos-2 still has 1 files")
        .hasMessageContaining("file 7 is damaged");
    assertThat(nodes.purpose.writes()).isEqualTo("s3");
    assertThat(nodes.told.values()).allMatch(told -> told.equals("s3+disk"));
  }

  /** Three nodes with two files each; the command may be ended before any of its calls. */
  private static final class Nodes implements PurposeNodes {
    private final Map<String, String> told = new TreeMap<>();
    private final Map<String, Integer> files = new TreeMap<>();
    private final Map<String, FileMove> states = new TreeMap<>();
    private Purpose purpose = Purpose.usual("storage-videos");
    private int callsLeft = Integer.MAX_VALUE;
    private int restarts;
    private boolean stuck;
    private String refusal = "";
    private @Nullable String away;

    Nodes() {
      for (int n = 1; n <= 3; n++) {
        told.put("storage-videos-" + n, "disk");
        files.put("storage-videos-" + n, 2);
      }
    }

    private void called() {
      if (callsLeft-- <= 0) {
        callsLeft = 0;
        throw new EndedException();
      }
    }

    @Override
    public List<String> names() {
      return List.copyOf(told.keySet());
    }

    @Override
    public Purpose purpose() {
      return purpose;
    }

    @Override
    public void say(Purpose said) {
      called();
      purpose = said;
    }

    @Override
    public void restart(String node) {
      called();
      restarts++;
      String now =
          purpose.backend()
              + (purpose.writes().isEmpty() ? "" : "+" + Purpose.other(purpose.backend()));
      told.put(node, now);
      if (now.contains("+") && told.values().stream().allMatch(now::equals)) {
        files.replaceAll((each, count) -> 2); // in the place that may be left next
      }
      states.remove(node);
      for (String each : told.values()) {
        assertThat(told.values())
            .as("what one node writes all nodes find")
            .allMatch(other -> List.of(other.split("\\+", -1)).contains(each.split("\\+", -1)[0]));
      }
    }

    @Override
    public FileMove state(String node) throws IOException {
      called();
      if (node.equals(away)) {
        throw new IOException("away");
      }
      String[] places = told.get(node).split("\\+", -1);
      FileMove known = states.get(node);
      return new FileMove(
          node,
          places[0],
          places.length == 1 ? null : places[1],
          0,
          false,
          known == null ? 0 : known.passes(),
          known == null ? 0 : known.left(),
          known == null ? 0 : known.moved(),
          known == null ? 0 : known.bytes(),
          known == null ? "" : known.problem());
    }

    /** The pass has ended before its state is asked for. */
    @Override
    public FileMove begin(String node) throws IOException {
      FileMove before = state(node);
      assertThat(told.values()).as("all write to the new place").containsOnly(told.get(node));
      boolean stays = stuck && node.endsWith("2");
      int moved = files.put(node, 0) - (stays && before.passes() == 0 ? 1 : 0);
      states.put(
          node,
          new FileMove(
              node,
              before.backend(),
              before.otherBackend(),
              0,
              false,
              before.passes() + 1,
              stays ? 1 : 0,
              before.moved() + moved,
              before.bytes() + 100L * moved,
              stays ? "file 7 is damaged" : ""));
      return before;
    }

    @Override
    public void attempt(String node, FileMove.Bucket bucket) throws IOException {
      called();
      if (node.equals(away)) {
        throw new IOException("away");
      }
      if (!refusal.isEmpty()) {
        throw new OperatorException(refusal);
      }
    }
  }

  private static final class EndedException extends RuntimeException {
    EndedException() {
      super("ended");
    }
  }
}
