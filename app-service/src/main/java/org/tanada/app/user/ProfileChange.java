package org.tanada.app.user;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.PlainText;

/**
 * What to change of the own profile; null leaves a field as it is.
 *
 * @param displayName name to show
 * @param bio a few words about oneself; empty removes it
 */
@Schema(description = "What to change; what is absent or null stays as it is.")
public record ProfileChange(
    @PlainText(min = 1, max = 80) @Schema(minLength = 1, maxLength = 80, example = "Mei Tanaka")
        @Nullable String displayName,
    @PlainText(max = 1000, lines = true) @Schema(maxLength = 1000) @Nullable String bio) {}
