package org.tanada.app.page.view;

import org.jspecify.annotations.Nullable;

/**
 * A video as pages show it.
 *
 * @param id of the video
 * @param title its title
 * @param description its description, may be empty
 * @param price what it costs
 * @param seller who offers it; null where that goes without saying or is unknown
 * @param published when it was published, or null
 * @param poster address of its picture: out of it, or drawn
 * @param length how long it plays, or null
 */
public record VideoView(
    String id,
    String title,
    String description,
    Amount price,
    @Nullable Person seller,
    @Nullable Moment published,
    String poster,
    @Nullable Length length) {}
