package org.tanada.common.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveTierTests {
  private final TestNode first = new TestNode("app-1");
  private final TestNode second = new TestNode("app-2");
  private final FixedMembership membership = new FixedMembership();
  private final LiveTiers tiers =
      new LiveTiers(membership, Duration.ofMillis(30), Duration.ofSeconds(5));

  @BeforeEach
  void list() {
    membership.set("app", List.of(first.node(), second.node()));
  }

  @AfterEach
  void stop() {
    tiers.close();
    first.close();
    second.close();
  }

  @Test
  void turnGoesRoundAndTheOthersFollow() {
    List<String> orders = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      orders.add(names(tiers.tier("app").candidates()));
    }

    assertThat(orders).containsExactly("app-1 app-2", "app-2 app-1", "app-1 app-2", "app-2 app-1");
  }

  @Test
  void nodeThatIsNotReadyIsSkippedUntilItIs() {
    LiveTier app = tiers.tier("app");
    first.ready(false);
    Eventually.holds(() -> names(app.up()).equals("app-2"));
    assertThat(names(app.candidates())).isEqualTo("app-2");

    first.ready(true);

    Eventually.holds(() -> names(app.up()).equals("app-1 app-2"));
  }

  @Test
  void deadNodeIsSkipped() {
    LiveTier app = tiers.tier("app");

    second.close();

    Eventually.holds(() -> names(app.up()).equals("app-1"));
  }

  @Test
  void reportedNodeIsOutAtOnceAndComesBackByProbes() {
    LiveTier app = tiers.tier("app");

    app.reportFailure(first.node());

    assertThat(names(app.up())).doesNotContain("app-1");
    Eventually.holds(() -> names(app.up()).equals("app-1 app-2"));
  }

  @Test
  void whenAllAreOutAllAreOffered() {
    LiveTier app = tiers.tier("app");
    first.ready(false);
    second.ready(false);

    Eventually.holds(() -> app.up().isEmpty());

    assertThat(app.candidates()).hasSize(2);
  }

  @Test
  void nodeThatHasJustBeenListedIsOfferedOnlyWhenItAnswers() {
    membership.set("app", List.of(first.node()));
    LiveTier app = tiers.tier("app");
    int probes = first.probes();
    Eventually.holds(() -> first.probes() > probes);
    second.ready(false);

    membership.set("app", List.of(first.node(), second.node()));

    assertThat(names(app.candidates())).isEqualTo("app-1");
    int asked = second.probes();
    Eventually.holds(() -> second.probes() > asked + 2);
    assertThat(names(app.candidates())).isEqualTo("app-1");
    second.ready(true);
    Eventually.holds(() -> names(app.up()).equals("app-1 app-2"));
  }

  @Test
  void nodeThatLeftTheListIsNotOffered() {
    LiveTier app = tiers.tier("app");

    membership.set("app", List.of(second.node()));

    assertThat(names(app.candidates())).isEqualTo("app-2");
    assertThat(tiers.tier("nobody").candidates()).isEmpty();
  }

  private static String names(List<Node> nodes) {
    return String.join(" ", nodes.stream().map(Node::name).toList());
  }
}
