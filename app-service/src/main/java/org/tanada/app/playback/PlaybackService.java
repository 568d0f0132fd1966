package org.tanada.app.playback;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.tanada.app.config.AppProperties;
import org.tanada.app.order.OrderService;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoService;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** Decides who may play a video: its owner, those who bought it, and anyone if it is free. */
@Service
public class PlaybackService {
  private final VideoService videos;
  private final OrderService orders;
  private final SignedUrls urls;
  private final AppProperties properties;
  private final InstantSource clock;

  PlaybackService(
      VideoService videos,
      OrderService orders,
      SignedUrls urls,
      AppProperties properties,
      InstantSource clock) {
    this.videos = videos;
    this.orders = orders;
    this.urls = urls;
    this.properties = properties;
    this.clock = clock;
  }

  /** Whether the viewer (null if anonymous) may play the video right now. */
  public boolean mayPlay(@Nullable Identity viewer, Stored<Video> video) {
    return VideoService.isOwner(viewer, video)
        || (video.value().isPublished() && video.value().isFree())
        || (viewer != null && orders.orderOf(viewer, video.id()).isPresent());
  }

  /**
   * The signed address.
   *
   * @param viewer null for an anonymous visitor
   * @throws ProblemException {@code not-found}, {@code unauthenticated}, {@code payment-required},
   *     {@code conflict} if there is no content yet
   */
  public Playback play(@Nullable Identity viewer, long videoId) {
    Stored<Video> video = videos.find(videoId).orElseThrow(VideoService::missing);
    if (!mayPlay(viewer, video)) {
      if (!video.value().isPublished()) {
        throw VideoService.missing();
      }
      throw viewer == null
          ? new ProblemException(ProblemCode.UNAUTHENTICATED, "Sign in to play what you bought.")
          : new ProblemException(
              ProblemCode.PAYMENT_REQUIRED, "It costs " + video.value().price().text() + ".");
    }
    Long content = video.value().contentId();
    if (content == null) {
      throw new ProblemException(ProblemCode.CONFLICT, "The video has no content yet.");
    }
    Instant until = clock.instant().plus(properties.playbackTime()).truncatedTo(ChronoUnit.SECONDS);
    return new Playback(urls.sign(Blobs.path(VideoService.PURPOSE, content), until), until);
  }
}
