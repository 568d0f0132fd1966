package org.tanada.app.video;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.PlainText;
import org.tanada.app.web.Price;

/**
 * What to change of a video; null leaves a field as it is.
 *
 * @param title 1 to 120 characters
 * @param description at most 5000 characters; empty removes it
 * @param price 0 is free; orders keep the price they were made at
 */
@Schema(description = "What to change; what is absent or null stays as it is.")
public record VideoChange(
    @PlainText(min = 1, max = 120) @Schema(minLength = 1, maxLength = 120) @Nullable String title,
    @PlainText(max = 5000, lines = true) @Schema(maxLength = 5000) @Nullable String description,
    @Valid @Nullable Price price) {}
