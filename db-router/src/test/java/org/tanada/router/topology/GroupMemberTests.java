package org.tanada.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a member of a group says of itself. */
final class GroupMemberTests {
  @Test
  void memberOutsideOfItsGroupOrCutOffFromMostOfItIsFitForNothing() {
    assertThat(GroupMember.problem("ONLINE", true)).isEmpty();
    assertThat(GroupMember.problem("ONLINE", false)).isEqualTo("cut off from most of its group");
    assertThat(GroupMember.problem("ERROR", true)).startsWith("out of its group (ERROR)");
    assertThat(GroupMember.problem("OFFLINE", true)).startsWith("not in its group");
    assertThat(GroupMember.problem(null, false)).startsWith("not in its group");
    assertThat(GroupMember.problem("RECOVERING", true)).startsWith("joining its group");
  }

  @Test
  void laterViewsAndLaterGroupsAreLaterTerms() {
    long before = GroupMember.term("17954907848149579:9");

    assertThat(GroupMember.term("17954907848149579:10")).isGreaterThan(before);
    assertThat(GroupMember.term("17954907858149579:1")).isGreaterThan(before);
    assertThat(before).isPositive();
    assertThat(GroupMember.term("")).isZero();
    assertThat(GroupMember.term(null)).isZero();
  }
}
