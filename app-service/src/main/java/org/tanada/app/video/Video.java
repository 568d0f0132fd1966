package org.tanada.app.video;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.Money;
import org.tanada.common.row.Table;

/**
 * A row of {@code videos}, owned by its seller.
 *
 * @param title title
 * @param description what it is about, possibly nothing
 * @param priceMinor price in the currency's smallest unit; 0 is free
 * @param currency ISO 4217 code
 * @param state who can see it
 * @param contentId blob of the content, or null before the first upload
 * @param contentType media type of the content, or null
 * @param contentSize of the content in bytes, or null
 * @param publishedAt when it was last published, or null
 * @param moderatedAt when a moderator withdrew it, or null
 */
public record Video(
    String title,
    String description,
    long priceMinor,
    String currency,
    State state,
    @Nullable Long contentId,
    @Nullable String contentType,
    @Nullable Long contentSize,
    @Nullable Instant publishedAt,
    @Nullable Instant moderatedAt) {
  /** The table. */
  public static final Table<Video> TABLE = new Table<>("videos", Video.class);

  /** Its price. */
  public Money price() {
    return new Money(priceMinor, currency);
  }

  /** Whether anybody may play it. */
  public boolean isFree() {
    return priceMinor == 0;
  }

  /** Whether everybody may see it. */
  public boolean isPublished() {
    return state == State.PUBLISHED;
  }

  /** Who can see a video. */
  public enum State {
    /** Never published: its owner alone. */
    DRAFT,
    /** Everybody. */
    PUBLISHED,
    /** Its owner, and those who have bought it. */
    WITHDRAWN
  }
}
