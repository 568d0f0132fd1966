package org.tanada.common.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tanada.common.history.Operation.Holding;
import org.tanada.common.history.Operation.Outcome;
import org.tanada.common.history.Operation.Read;
import org.tanada.common.history.Operation.Seen;
import org.tanada.common.history.Operation.Transfer;
import org.tanada.common.history.Operation.Write;
import org.tanada.common.row.Consistency.Mode;

/** Each promise, kept and broken. */
final class HistoryCheckerTests {
  private static final long X = 7;
  private static final long Y = 8;

  private final List<Operation> operations = new ArrayList<>();

  @Test
  void historyInWhichAllIsRightIsRight() {
    written("a", 2, 10, 20);
    read(Mode.PRIMARY, 2, "a", 21, 25);
    write("refused", Outcome.REFUSED, 0, 22, 23);
    written("b", 3, 15, 40); // it took long: it may have been before or after the read
    read(Mode.TOKEN, 3, "b", 41, 42);
    read(Mode.ANY, 2, "a", 45, 46); // not too old yet
    assertThat(check(3, "b")).isEmpty();
  }

  @Test
  void unknownWriteMayBeDoneOrNot() {
    write("maybe", Outcome.UNKNOWN, 0, 10, 20);
    assertThat(check(1, "first")).isEmpty();
    assertThat(check(2, "maybe")).isEmpty();
    assertThat(check(3, "maybe")).singleElement().asString().startsWith("a write was done twice");
  }

  @Test
  void acknowledgedWriteIsLost() {
    written("a", 2, 10, 20);
    assertThat(check(1, "first"))
        .singleElement()
        .asString()
        .startsWith("an acknowledged write was lost");
  }

  @Test
  void registerIsGone() {
    written("a", 2, 10, 20);
    assertThat(new HistoryChecker(Duration.ofNanos(100)).check(operations, end(Map.of())))
        .singleElement()
        .asString()
        .contains("is gone");
  }

  @Test
  void twoWritesWereGivenTheSameVersion() {
    written("a", 2, 10, 20);
    written("b", 2, 11, 21);
    assertThat(check(2, "b")).anyMatch(line -> line.startsWith("an acknowledged write was lost"));
  }

  @Test
  void writeIsDoneTwice() {
    written("a", 2, 10, 20);
    assertThat(check(3, "a")).singleElement().asString().startsWith("a write was done twice");
  }

  @Test
  void refusedWriteIsSeen() {
    write("no", Outcome.REFUSED, 0, 10, 20);
    read(Mode.ANY, 2, "no", 30, 31);
    assertThat(check(2, "no"))
        .anyMatch(line -> line.startsWith("something was read that nobody had written"));
  }

  @Test
  void valueThatNobodyWroteIsSeen() {
    read(Mode.ANY, 1, "whence", 30, 31);
    assertThat(check(1, "first"))
        .anyMatch(line -> line.startsWith("something was read that nobody had written"));
  }

  @Test
  void oneVersionHasTwoValues() {
    write("a", Outcome.UNKNOWN, 0, 10, 20);
    write("b", Outcome.UNKNOWN, 0, 10, 20);
    read(Mode.ANY, 2, "a", 30, 31);
    read(Mode.ANY, 2, "b", 32, 33);
    assertThat(check(2, "b")).anyMatch(line -> line.startsWith("one version had two values"));
  }

  @Test
  void writeIsReadBeforeItWasSent() {
    written("a", 2, 50, 60);
    read(Mode.ANY, 2, "a", 10, 20);
    assertThat(check(2, "a"))
        .singleElement()
        .asString()
        .startsWith("a write was read before it was sent");
  }

  @Test
  void primaryGoesBack() {
    written("a", 2, 10, 20);
    read(Mode.PRIMARY, 1, "first", 21, 22);
    assertThat(check(2, "a")).singleElement().asString().startsWith("the primary went back");
  }

  @Test
  void writeMakesAVersionThatHadBeenTold() {
    written("a", 3, 10, 20);
    written("b", 2, 21, 30);
    assertThat(check(3, "a")).singleElement().asString().startsWith("the primary went back");
  }

  @Test
  void ownWriteIsNotReadWithItsToken() {
    written("a", 2, 10, 20);
    operations.add(read(Mode.TOKEN, List.of(X), List.of(new Seen(1, "first")), 2, 10, 21, 22));
    assertThat(check(2, "a"))
        .singleElement()
        .asString()
        .startsWith("a reader with a token did not find what it names");
  }

  @Test
  void whatOthersHadBeenToldBeforeTheOwnWriteIsNamedByItsToken() {
    written("a", 2, 10, 20);
    operations.add(read(Mode.TOKEN, List.of(X), List.of(new Seen(1, "first")), 0, 21, 30, 31));
    assertThat(check(2, "a"))
        .singleElement()
        .asString()
        .startsWith("a reader with a token did not find what it names");
    operations.removeLast();
    operations.add(read(Mode.TOKEN, List.of(X), List.of(new Seen(1, "first")), 0, 15, 30, 31));
    assertThat(check(2, "a")).isEmpty(); // the token may be from before it
  }

  @Test
  void readWithoutATokenIsTooOld() {
    written("a", 2, 10, 20);
    read(Mode.ANY, 1, "first", 119, 121);
    assertThat(check(2, "a")).isEmpty();
    read(Mode.ANY, 1, "first", 121, 122);
    assertThat(check(2, "a"))
        .singleElement()
        .asString()
        .startsWith("a reader without a token found what is too old");
  }

  @Test
  void acknowledgedRowIsNotThere() {
    written("a", 2, 10, 20);
    List<Seen> nothing = new ArrayList<>();
    nothing.add(null);
    operations.add(read(Mode.PRIMARY, List.of(X), nothing, 0, Long.MIN_VALUE, 30, 31));
    assertThat(check(2, "a")).singleElement().asString().startsWith("the primary went back");
  }

  @Test
  void transactionIsSeenInPart() {
    operations.add(new Write(1, Map.of(X, 2L, Y, 2L), List.of(X, Y), "a", Outcome.DONE, 10, 20));
    operations.add(
        read(
            Mode.PRIMARY,
            List.of(X, Y),
            List.of(new Seen(2, "a"), new Seen(1, "first")),
            0,
            Long.MIN_VALUE,
            12,
            13));
    assertThat(
            new HistoryChecker(Duration.ofNanos(100))
                .check(operations, end(Map.of(X, new Seen(2, "a"), Y, new Seen(2, "a")))))
        .singleElement()
        .asString()
        .startsWith("a transaction was seen in part");
  }

  @Test
  void nameHasTwoHolders() {
    operations.add(new Holding(1, "n", X, 10, 20));
    operations.add(new Holding(2, "n", Y, 20, 30));
    assertThat(check(1, "first")).isEmpty();
    operations.add(new Holding(3, "n", X, 29, 40));
    assertThat(check(1, "first")).singleElement().asString().startsWith("a name had two holders");
  }

  @Test
  void moneyIsMadeOrLost() {
    operations.add(new Transfer(1, X, Y, 5, Outcome.DONE, 10, 20));
    operations.add(new Transfer(1, X, Y, 3, Outcome.UNKNOWN, 10, 20));
    operations.add(new Transfer(1, X, Y, 9, Outcome.REFUSED, 10, 20));
    assertThat(balances(-5, 5)).isEmpty();
    assertThat(balances(-8, 8)).isEmpty();
    assertThat(balances(-5, 0)).hasSize(1).first().asString().startsWith("money was made or lost");
    assertThat(balances(-10, 10)).hasSize(1);
    assertThat(balances(0, 0)).hasSize(1);
  }

  private List<String> balances(long x, long y) {
    return new HistoryChecker(Duration.ZERO)
        .check(operations, new FinalState(Map.of(), Map.of(X, x, Y, y)));
  }

  private List<String> check(long version, String value) {
    return new HistoryChecker(Duration.ofNanos(100))
        .check(operations, end(Map.of(X, new Seen(version, value))));
  }

  private static FinalState end(Map<Long, Seen> registers) {
    return new FinalState(registers, Map.of());
  }

  private void written(String value, long version, long invoked, long completed) {
    write(value, Outcome.DONE, version, invoked, completed);
  }

  private void write(String value, Outcome outcome, long version, long invoked, long completed) {
    operations.add(
        new Write(
            1,
            outcome == Outcome.DONE ? Map.of(X, version) : Map.of(),
            List.of(X),
            value,
            outcome,
            invoked,
            completed));
  }

  private void read(Mode mode, long version, String value, long invoked, long completed) {
    operations.add(
        read(
            mode,
            List.of(X),
            List.of(new Seen(version, value)),
            0,
            Long.MIN_VALUE,
            invoked,
            completed));
  }

  private static Read read(
      Mode mode,
      List<Long> registers,
      List<Seen> seen,
      long known,
      long since,
      long invoked,
      long completed) {
    return new Read(
        2,
        mode,
        registers,
        seen,
        registers.stream().map(id -> known).toList(),
        registers.stream().map(id -> since).toList(),
        invoked,
        completed);
  }
}
