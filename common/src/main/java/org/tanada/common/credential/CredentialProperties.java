package org.tanada.common.credential;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where a service has its key, and the public keys of all.
 *
 * @param directory with the files {@value CredentialIssuer#FILE} and {@value ServiceKeys#FILE};
 *     they are read again when they are replaced
 */
@Validated
@ConfigurationProperties("tanada.credential")
public record CredentialProperties(Path directory) {}
