package org.tanada.common.account;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * Mails that were not sent, as auth-service offers them to the operator: those that wait, those
 * that were kept as no server is configured, and those that were given up.
 */
@HttpExchange("/v1/mails")
public interface MailContract {
  /** Longest page of mails. */
  int MAX_PAGE = 100;

  /** Mails, newest first, without their texts. */
  @PostExchange("/queries")
  Mails mails(@RequestBody MailQuery query);

  /** One with its text, which may have a link in it that opens an account. {@code not-found}. */
  @GetExchange("/{id}")
  MailText mail(@PathVariable("id") long id);

  /** Why a mail is still here. */
  enum State {
    /** It will be sent, or tried again. */
    WAITING,
    /** No server is configured. */
    KEPT,
    /** The server refused it, or was tried often enough. */
    FAILED;

    /** As it stands in rows. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Which mails.
   *
   * @param limit 1 to {@value #MAX_PAGE}
   * @param before only mails with a smaller id; null for the first page
   */
  record MailQuery(int limit, @Nullable Long before) {}

  /**
   * A page of mails.
   *
   * @param mails newest first
   * @param next the {@code before} of the next page; null if this is the last
   */
  record Mails(List<Mail> mails, @Nullable Long next) {
    public Mails {
      mails = List.copyOf(mails);
    }
  }

  /**
   * A mail.
   *
   * @param id of its row
   * @param at when it was written
   * @param state see {@link State#id}
   * @param kind for example {@code password-reset}
   * @param to its recipient
   * @param subject its subject
   * @param attempts how often it was tried
   * @param expiresAt when it is deleted
   * @param error what was wrong the last time; null if nothing was
   */
  record Mail(
      long id,
      Instant at,
      String state,
      String kind,
      String to,
      String subject,
      int attempts,
      Instant expiresAt,
      @Nullable String error) {}

  /**
   * A mail with its text.
   *
   * @param mail the rest of it
   * @param text a secret, if there is a link in it
   */
  record MailText(Mail mail, String text) {
    @Override
    public String toString() {
      return "MailText[" + mail.id() + "]";
    }
  }
}
