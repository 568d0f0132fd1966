package org.tanada.common.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccessContract.Kind;
import org.tanada.common.account.AccessContract.Revocation;
import org.tanada.common.id.TanadaId;

class RevocationsTests {
  private static final long USER = 4_503_599_627_370_497L;

  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final Revocations revocations = new Revocations(() -> now);

  @Test
  void whatBeganUntilTheCutoffIsDeniedAndWhatBeganLaterIsNot() {
    long before = session(now.minusSeconds(1));
    long at = session(now);
    long after = session(now.plusMillis(1));

    revocations.add(entry(1, Kind.USER, Long.toString(USER)));

    assertThat(revocations.denies(USER, before)).isTrue();
    assertThat(revocations.denies(USER, at)).isTrue();
    assertThat(revocations.denies(USER, after)).isFalse();
    assertThat(revocations.denies(USER + 1, before)).isFalse();
  }

  @Test
  void oneSessionOrKeyIsDeniedAlone() {
    long session = session(now);
    revocations.add(entry(1, Kind.SESSION, Long.toString(session)));
    revocations.add(entry(2, Kind.KEY, "stolen"));

    assertThat(revocations.denies(USER, session)).isTrue();
    assertThat(revocations.denies(USER, session + 1)).isFalse();
    assertThat(revocations.deniesKey("stolen")).isTrue();
    assertThat(revocations.deniesKey("other")).isFalse();
  }

  @Test
  void laterSignOutOfTheSameUserCountsInWhateverOrderItIsHeard() {
    Revocation early = entry(1, Kind.USER, Long.toString(USER));
    now = now.plusSeconds(10);
    Revocation late = entry(2, Kind.USER, Long.toString(USER));
    long between = session(now.minusSeconds(5));

    revocations.read(List.of(late, early), now);

    assertThat(revocations.denies(USER, between)).isTrue();
  }

  @Test
  void entriesGoWhenTheyForbidNothingAnyMore() {
    revocations.read(List.of(entry(1, Kind.SESSION, "7")), now);
    now = now.plus(Duration.ofMinutes(15));
    assertThat(revocations.denies(USER, 7L, now)).isFalse();

    revocations.read(List.of(), now);

    assertThat(revocations.since(0)).isEmpty();
  }

  @Test
  void viewIsFreshForAMomentOnly() {
    assertThat(revocations.fresh()).isFalse();
    revocations.read(List.of(), now);
    assertThat(revocations.fresh()).isTrue();

    now = now.plus(Revocations.FRESH).plusMillis(1);

    assertThat(revocations.fresh()).isFalse();
  }

  @Test
  void listenersHearOfEachEntryOnce() {
    List<Long> heard = new ArrayList<>();
    revocations.listen(entry -> heard.add(entry.id()));

    revocations.read(List.of(entry(1, Kind.PROFILE, "7"), entry(2, Kind.USER, "7")), now);
    revocations.read(List.of(entry(1, Kind.PROFILE, "7"), entry(3, Kind.USER, "8")), now);

    assertThat(heard).containsExactly(1L, 2L, 3L);
  }

  @Test
  void tooManyEntriesPushOutTheOldest() {
    List<Revocation> many = new ArrayList<>();
    for (int id = 1; id <= 20_010; id++) {
      many.add(entry(id, Kind.SESSION, Integer.toString(id)));
    }

    revocations.read(many, now);

    assertThat(revocations.since(0)).hasSize(20_000);
    assertThat(revocations.denies(USER, 20_010L, now)).isTrue();
    assertThat(revocations.denies(USER, 5L, now)).isFalse();
  }

  private Revocation entry(long id, Kind kind, String subject) {
    return new Revocation(id, kind, subject, now, now.plus(Duration.ofMinutes(15)));
  }

  private static long session(Instant began) {
    return TanadaId.of(began.toEpochMilli(), TanadaId.shard(USER), 1);
  }
}
