package org.tanada.app.session;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.Required;

/**
 * What somebody signs in with.
 *
 * @param email address
 * @param password password; a secret
 */
@Schema(description = "E-mail address and password.")
public record Credentials(
    @Required
        @Size(min = 1, max = 254, message = "must have 1 to 254 characters")
        @Schema(example = "mei@example.org", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String email,
    @Required
        @Size(min = 1, max = 256, message = "must have 1 to 256 characters")
        @Schema(format = "password", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String password) {
  @Override
  public String toString() {
    return "Credentials[…]";
  }
}
