package org.tanada.app.user;

import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.PlainText;
import org.tanada.app.web.Required;

/**
 * A sign-up.
 *
 * @param email address, unique without regard to case
 * @param username user name, unique without regard to case
 * @param displayName name to show
 * @param password a secret
 */
@Schema(description = "A sign-up.")
public record NewUser(
    @Required
        @Size(max = 254, message = "must have at most 254 characters")
        @Pattern(
            regexp = "[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}.]+(\\.[^@\\s\\p{Cntrl}.]+)*",
            message = "is not an e-mail address")
        @Schema(
            format = "email",
            maxLength = 254,
            example = "mei@example.org",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String email,
    @Required
        @Pattern(
            regexp = "[A-Za-z0-9_-]{3,30}",
            message = "must be 3 to 30 letters, digits, - or _")
        @Schema(example = "mei", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String username,
    @Required
        @PlainText(min = 1, max = 80)
        @Schema(
            minLength = 1,
            maxLength = 80,
            example = "Mei Tanaka",
            requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String displayName,
    @Required
        @Size(min = 8, max = 256, message = "must have 8 to 256 characters")
        @Schema(format = "password", requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable String password) {
  @Override
  public String toString() {
    return "NewUser[username=" + username + "]";
  }
}
