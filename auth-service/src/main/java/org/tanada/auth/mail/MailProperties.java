package org.tanada.auth.mail;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How mails are sent. They are kept if there is no host.
 *
 * @param host of the SMTP server; null if there is none
 * @param port of the server
 * @param user to sign in with; null if the server wants nobody
 * @param password of that user; a secret
 * @param encryption of the connection
 * @param from the address that mails come from; needed with a host
 * @param timeout to connect, and for each answer
 * @param attempts how often a mail is tried
 * @param backoff before the second attempt; it doubles for each further one
 * @param lease how long a mail belongs to the server that tries it: longer than an attempt takes
 * @param sweep how often a server looks for what another one has left behind
 * @param keep how long a mail is kept that was not sent
 * @param keepAtMost how many are kept; the oldest give way
 */
@Validated
@ConfigurationProperties("tanada.auth.mail")
record MailProperties(
    @Nullable String host,
    @DefaultValue("587") @Min(1) @Max(65_535) int port,
    @Nullable String user,
    @Nullable String password,
    @DefaultValue("starttls") Encryption encryption,
    @Nullable String from,
    @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 1) Duration timeout,
    @DefaultValue("8") @Min(1) @Max(30) int attempts,
    @DefaultValue("10s") @DurationMin(millis = 1) @DurationMax(hours = 1) Duration backoff,
    @DefaultValue("3m") @DurationMin(seconds = 1) @DurationMax(hours = 1) Duration lease,
    @DefaultValue("15s") @DurationMin(millis = 10) @DurationMax(minutes = 10) Duration sweep,
    @DefaultValue("7d") @DurationMin(minutes = 1) @DurationMax(days = 90) Duration keep,
    @DefaultValue("200") @Min(1) @Max(5_000) int keepAtMost) {
  /** How the connection is protected. */
  enum Encryption {
    /** In the clear first, then TLS (RFC 3207); a server that does not offer it gets no mail. */
    STARTTLS,
    /** TLS from the beginning (RFC 8314). */
    TLS,
    /** In the clear: only for a server on this machine, or in a network of its own. */
    NONE
  }

  MailProperties {
    if (host != null && host.isBlank()) {
      host = null;
    }
    if (host != null && (from == null || from.isBlank())) {
      throw new IllegalArgumentException("tanada.auth.mail.from is required with a host");
    }
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException(
          "tanada.auth.mail.user and password are given together, or neither");
    }
  }

  /** Whether mails are sent at all. */
  boolean configured() {
    return host != null;
  }

  @Override
  public String toString() {
    return "MailProperties[host=" + host + ", port=" + port + "]";
  }
}
