package org.tanada.app.playback;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/**
 * Where a video can be played from, for a while.
 *
 * @param url path of the content with its signature
 * @param expiresAt when it stops working
 */
@Schema(description = "A signed address of a video's content.")
public record Playback(String url, Instant expiresAt) {}
