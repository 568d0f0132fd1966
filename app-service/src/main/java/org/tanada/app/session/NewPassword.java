package org.tanada.app.session;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.Required;

/**
 * Another password for the own account.
 *
 * @param current the present one; a secret
 * @param next the new one; a secret
 */
@Schema(description = "The present password and a new one.")
public record NewPassword(
    @Required
        @Size(min = 1, max = 256, message = "must have 1 to 256 characters")
        @Schema(format = "password", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String current,
    @Required
        @Size(min = 8, max = 256, message = "must have 8 to 256 characters")
        @Schema(format = "password", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String next) {
  @Override
  public String toString() {
    return "NewPassword[…]";
  }
}
