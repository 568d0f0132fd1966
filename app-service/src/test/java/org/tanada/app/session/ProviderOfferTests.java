package org.tanada.app.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.ProvidersContract.OfferedProvider;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** How long what was said of providers counts. */
class ProviderOfferTests {
  private static final List<OfferedProvider> GITHUB =
      List.of(new OfferedProvider("github", "GitHub"));

  private final AtomicInteger asked = new AtomicInteger();
  private boolean silent;
  private long now;
  private final ProviderOffer offer = new ProviderOffer(this::answer, () -> now);

  private List<OfferedProvider> answer() {
    asked.incrementAndGet();
    if (silent) {
      throw new ProblemException(ProblemCode.UNAVAILABLE, "Nobody answers.");
    }
    return GITHUB;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void answerIsBelievedForHalfAMinute() {
    assertThat(offer.get()).isEqualTo(GITHUB);
    pass(ProviderOffer.KEPT.minusSeconds(1));
    assertThat(offer.get()).isEqualTo(GITHUB);
    assertThat(asked).hasValue(1);

    pass(Duration.ofSeconds(1));

    assertThat(offer.get()).isEqualTo(GITHUB);
    assertThat(asked).hasValue(2);
  }

  @Test
  void silenceIsNotBelieved() {
    silent = true;
    assertThat(offer.get()).isEmpty();
    assertThat(offer.get()).isEmpty();
    assertThat(asked).hasValue(1); // pages do not wait for every try
    silent = false;

    pass(ProviderOffer.PAUSE);

    assertThat(offer.get()).isEqualTo(GITHUB);
  }

  @Test
  void lastAnswerCountsWhileNobodyAnswers() {
    offer.get();
    silent = true;

    pass(ProviderOffer.KEPT);

    assertThat(offer.get()).isEqualTo(GITHUB);
  }
}
