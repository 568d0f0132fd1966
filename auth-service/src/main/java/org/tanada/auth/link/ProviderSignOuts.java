package org.tanada.auth.link;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.provider.LogoutNotice;
import org.tanada.auth.provider.OutsideProvider;
import org.tanada.auth.provider.Providers;
import org.tanada.auth.session.ProviderOrigin;
import org.tanada.auth.session.ProviderSessions;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.UsedValues;
import org.tanada.common.account.ProvidersContract.ProviderSignOut;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** Signing out there because of here (RP-Initiated Logout), and here because of there. */
@Component
public final class ProviderSignOuts {
  private static final Logger log = LoggerFactory.getLogger(ProviderSignOuts.class);
  private static final String LOGOUT_TOKEN = "logout-token";

  /** Longer than a logout token is good. */
  private static final Duration REMEMBERED = Duration.ofMinutes(15);

  private final Providers providers;
  private final ProviderSessions sessions;
  private final ProviderLinks links;
  private final SignOutHints hints;
  private final UsedValues used;
  private final AccountRows rows;

  ProviderSignOuts(
      Providers providers,
      ProviderSessions sessions,
      ProviderLinks links,
      SignOutHints hints,
      UsedValues used,
      AccountRows rows) {
    this.providers = providers;
    this.sessions = sessions;
    this.links = links;
    this.hints = hints;
    this.used = used;
    this.rows = rows;
  }

  /** Where the browser goes to sign out there, too; nowhere if the provider cannot be asked. */
  public ProviderSignOut location(long userId, long sessionId, URI back) {
    ProviderOrigin origin = sessions.origin(userId, sessionId).orElse(null);
    OutsideProvider provider = origin == null ? null : provider(origin.linkId());
    if (origin == null || provider == null) {
      return ProviderSignOut.NOWHERE;
    }
    try {
      String hint = hints.decrypt(origin.linkId(), origin.idTokenEncrypted());
      URI location = provider.signOut(hint, back);
      return new ProviderSignOut(location == null ? null : location.toString(), provider.title());
    } catch (ProblemException e) {
      log.info("signing out goes on without provider {}: {}", provider.name(), e.getMessage());
      return ProviderSignOut.NOWHERE;
    }
  }

  private @Nullable OutsideProvider provider(long linkId) {
    return rows.findNow(LinkRow.TABLE, linkId)
        .flatMap(link -> providers.find(link.value().provider()))
        .orElse(null);
  }

  /**
   * Ends the sessions that a logout token names.
   *
   * @throws ProblemException {@code not-found}; {@code malformed-request}; {@code
   *     provider-unavailable}; {@code unavailable}
   */
  public void backChannel(String name, String token) {
    LogoutNotice notice = providers.get(name).logout(token);
    String id = notice.issuer() + "\n" + notice.id();
    Instant until = notice.issuedAt().plus(REMEMBERED);
    if (!used.use(LOGOUT_TOKEN, id, until)) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "The logout token was used before.");
    }
    try {
      end(notice);
    } catch (ProblemException e) {
      used.giveBack(LOGOUT_TOKEN, id); // the provider may send it again
      throw e;
    }
    log.info("provider {} has signed somebody out", name);
  }

  private void end(LogoutNotice notice) {
    String session =
        notice.session() == null ? null : SignOutHints.session(notice.issuer(), notice.session());
    String subject = notice.subject();
    if (subject != null) {
      Optional<Stored<LinkRow>> link = links.find(notice.issuer(), subject);
      link.ifPresent(found -> sessions.endOpenedBy(found.owner(), found.id(), session));
    } else if (session != null) {
      sessions.endOpenedIn(session);
    }
  }
}
