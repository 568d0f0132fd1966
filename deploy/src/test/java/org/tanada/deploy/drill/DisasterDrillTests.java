package org.tanada.deploy.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.drill.Ledger.Acknowledged;
import org.tanada.deploy.drill.MomentChecker.Found;
import org.tanada.deploy.drill.PromiseChecker.Seen;
import org.tanada.deploy.drill.PromiseChecker.State;
import org.tanada.deploy.shop.ShopClient.Account;

/** Is the checker of the disaster awake? Each promise is broken once. */
class DisasterDrillTests {
  private static final Instant MOMENT = Instant.parse("2026-11-22T10:15:00Z");
  private static final Acknowledged EARLY = write("early", -3000, -1500);
  private static final Acknowledged ON_THE_GRID = write("grid", -1100, -1000);
  private static final Acknowledged IN_THE_GRID = write("in-grid", -900, -400);
  private static final Acknowledged UNDER_WAY = write("under-way", 0, 30);
  private static final Acknowledged LATE = write("late", 1, 40);

  private final Ledger ledger = new Ledger();
  private final Map<String, Seen> system = new HashMap<>();

  DisasterDrillTests() {
    for (Acknowledged write : List.of(EARLY, ON_THE_GRID, IN_THE_GRID, UNDER_WAY, LATE)) {
      ledger.acknowledged(write.id(), write);
    }
    there(EARLY);
    there(ON_THE_GRID);
  }

  private static Acknowledged write(String id, long begun, long answered) {
    return new Acknowledged(
        "/" + id,
        id,
        "title",
        id,
        new Account("1", "u", "u@example.net", "token"),
        MOMENT.plusMillis(begun),
        MOMENT.plusMillis(answered));
  }

  private void there(Acknowledged write) {
    system.put(write.id(), new Seen(State.THERE, ""));
  }

  private Found check() {
    return new MomentChecker(
            write ->
                system.getOrDefault(
                    write.id(), new Seen(State.ABSENT, write.path() + " answers 404")),
            MOMENT,
            Duration.ofSeconds(1))
        .check(ledger.writes());
  }

  @Test
  void systemOfTheMomentKeepsThePromises() {
    Found found = check();

    assertThat(found.broken()).isEmpty();
    assertThat(found.before()).isEqualTo(2);
    assertThat(found.after()).isEqualTo(1);
    assertThat(found.unknown()).isEqualTo(2);
  }

  @Test
  void whatWasUnderWayMayBeThere() {
    there(IN_THE_GRID);
    there(UNDER_WAY);

    assertThat(check().broken()).isEmpty();
  }

  @Test
  void lostWriteIsFound() {
    system.remove(ON_THE_GRID.id());

    assertThat(check().broken())
        .singleElement()
        .asString()
        .contains("1 writes acknowledged before " + MOMENT + " are lost", "/grid answers 404");
  }

  @Test
  void changedWriteIsFound() {
    system.put(EARLY.id(), new Seen(State.OTHER, "/early: title is x instead of early"));

    assertThat(check().broken()).singleElement().asString().contains("title is x");
  }

  @Test
  void writeFromAfterTheMomentIsFound() {
    there(LATE);

    assertThat(check().broken())
        .singleElement()
        .asString()
        .contains("1 writes begun after " + MOMENT + " are not gone", "/late is there");
  }

  @Test
  void whatCannotBeReadIsNotGone() {
    system.put(LATE.id(), new Seen(State.OTHER, "/late answers 503"));

    assertThat(check().broken()).singleElement().asString().contains("/late answers 503");
  }

  @Test
  void ledgerWithoutWritesShowsNothing() {
    assertThat(
            new MomentChecker(_ -> new Seen(State.THERE, ""), MOMENT, Duration.ofSeconds(1))
                .check(List.of())
                .broken())
        .singleElement()
        .asString()
        .contains("nothing was shown");
  }

  @Test
  void drillSaysWhatIsLostAndOthersLoseNothing() {
    assertThat(Drills.all())
        .filteredOn(drill -> !drill.loss().isEmpty())
        .extracting(Drill::name)
        .containsExactly("disaster");
  }
}
