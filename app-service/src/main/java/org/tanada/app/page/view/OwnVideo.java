package org.tanada.app.page.view;

import org.jspecify.annotations.Nullable;

/**
 * A video as its owner sees it.
 *
 * @param video as others see it
 * @param version for forms that change it
 * @param published whether others see it
 * @param content what was uploaded, for example {@code video/mp4 · 12.4 MB}, or null
 * @param created when it was created
 */
public record OwnVideo(
    VideoView video, long version, boolean published, @Nullable String content, Moment created) {
  /** What a badge says about it. */
  public String state() {
    if (published) {
      return "Published";
    }
    return content == null ? "No file yet" : "Not published";
  }
}
