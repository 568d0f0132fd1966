package org.tanada.app.video;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.PlainText;
import org.tanada.app.web.Price;
import org.tanada.app.web.Required;

/**
 * A video to create.
 *
 * @param title 1 to 120 characters
 * @param description at most 5000 characters; null is none
 * @param price 0 is free
 */
@Schema(description = "A video to create: a draft until it has content and is published.")
public record NewVideo(
    @Required
        @PlainText(min = 1, max = 120)
        @Schema(
            minLength = 1,
            maxLength = 120,
            example = "Rice terraces at dawn",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String title,
    @PlainText(max = 5000, lines = true) @Schema(maxLength = 5000) @Nullable String description,
    @Required @Valid @Schema(requiredMode = Schema.RequiredMode.REQUIRED) @Nullable Price price) {}
