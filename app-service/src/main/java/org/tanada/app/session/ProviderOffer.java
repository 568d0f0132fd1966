package org.tanada.app.session;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.account.ProvidersContract.OfferedProvider;
import org.tanada.common.problem.ProblemException;

/** What providers this server offers: those that it was told of last. */
final class ProviderOffer {
  private static final Logger log = LoggerFactory.getLogger(ProviderOffer.class);

  /** How long an answer is believed. */
  static final Duration KEPT = Duration.ofSeconds(30);

  /** How long nobody is asked again when nobody could say: pages wait for the answer. */
  static final Duration PAUSE = Duration.ofSeconds(3);

  private static final String ALL = "all";

  private final Supplier<List<OfferedProvider>> source;
  private final LoadingCache<String, Offer> offers;
  private volatile List<OfferedProvider> last = List.of();

  /**
   * Asks nobody yet.
   *
   * @param source says what providers there are, or throws {@link ProblemException}
   */
  ProviderOffer(Supplier<List<OfferedProvider>> source, Ticker ticker) {
    this.source = source;
    this.offers =
        Caffeine.newBuilder()
            .maximumSize(1)
            .ticker(ticker)
            .expireAfter(Expiry.<String, Offer>writing((all, offer) -> offer.kept()))
            .build(all -> ask());
  }

  /** Them; as they were last if nobody can say; none if nobody ever could. */
  List<OfferedProvider> get() {
    return offers.get(ALL).providers();
  }

  private Offer ask() {
    try {
      last = List.copyOf(source.get());
      return new Offer(last, KEPT);
    } catch (ProblemException e) {
      log.info("which providers there are cannot be asked: {}", e.getMessage());
      return new Offer(last, PAUSE);
    }
  }

  private record Offer(List<OfferedProvider> providers, Duration kept) {}
}
