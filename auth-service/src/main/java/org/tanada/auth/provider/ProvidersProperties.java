package org.tanada.auth.provider;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The outside providers that people may sign in by.
 *
 * @param providers by name, which stands in addresses
 */
@Validated
@ConfigurationProperties("tanada.auth")
record ProvidersProperties(
    @DefaultValue
        Map<@Pattern(regexp = "[a-z0-9][a-z0-9-]{0,31}") String, @Valid ProviderSettings>
            providers) {
  ProvidersProperties {
    providers = new TreeMap<>(providers);
  }
}
