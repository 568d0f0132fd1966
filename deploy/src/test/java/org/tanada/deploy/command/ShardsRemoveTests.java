package org.tanada.deploy.command;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.Copy;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.common.row.ShardsContract.MemberState;

class ShardsRemoveTests {
  private static final List<ClusterState> LED = List.of(state(1, "primary"), state(3, "primary"));

  private static ClusterState state(int number, String role) {
    MemberState member = new MemberState("mysql-" + number + "-a", role, 0, null, "", "");
    return new ClusterState(number, 0, null, List.of(member));
  }

  private static Copy copy(int shard, int cluster, String state) {
    return new Copy(shard, cluster, state, 1, 10, 1000, "14");
  }

  private static Listing listing(Copy... copies) {
    return new Listing(List.of(1, 3), List.of(copies), List.of());
  }

  @Test
  void oldCopiesMayGoWithTheirCluster() {
    Listing moved = listing(copy(7, 1, "active"), copy(7, 3, "moved"));

    assertThatCode(() -> ShardsRemoveCommand.check(moved, LED, 3)).doesNotThrowAnyException();
  }

  @Test
  void whatHoldsAShardOrIsGivenOneStays() {
    Listing held = listing(copy(7, 3, "active"), copy(8, 3, "active"));
    Listing given = listing(copy(7, 1, "active"), copy(7, 3, "incoming"));

    assertThatThrownBy(() -> ShardsRemoveCommand.check(held, LED, 3))
        .hasMessage("mysql-3 holds 2 shards: ./tanada shards drain mysql-3 first");
    assertThatThrownBy(() -> ShardsRemoveCommand.check(given, LED, 3))
        .hasMessageContaining("mysql-3 holds 1 shard:");
  }

  @Test
  void anOldCopyStaysWhileItsNewOneIsNotSeen() {
    assertThatThrownBy(() -> ShardsRemoveCommand.check(listing(copy(7, 3, "moved")), LED, 3))
        .hasMessage("shard 07 is active nowhere else now: ./tanada shards says where it is");
  }

  @Test
  void whoCannotBeAskedStays() {
    List<ClusterState> down = List.of(state(1, "primary"), state(3, "unreachable"));

    assertThatThrownBy(() -> ShardsRemoveCommand.check(listing(), down, 3))
        .hasMessageContaining("mysql-3 has no primary now");
  }

  @Test
  void theLastOneStays() {
    Listing one = new Listing(List.of(3), List.of(), List.of());

    assertThatThrownBy(() -> ShardsRemoveCommand.check(one, LED, 3))
        .hasMessage("mysql-3 is the only cluster: it stays");
    assertThatThrownBy(() -> ShardsRemoveCommand.check(one, LED, 4))
        .hasMessageContaining("there is no cluster \"mysql-4\"");
  }
}
