package org.tanada.app.page.view;

import org.jspecify.annotations.Nullable;

/**
 * A video as its owner sees it.
 *
 * @param video as others see it
 * @param version for forms that change it
 * @param state what a badge says about it
 * @param published whether others see it
 * @param content what was uploaded, for example {@code video/mp4 · 12 MB}, or null
 * @param created when it was created
 */
public record OwnVideo(
    VideoView video,
    long version,
    String state,
    boolean published,
    @Nullable String content,
    Moment created) {}
