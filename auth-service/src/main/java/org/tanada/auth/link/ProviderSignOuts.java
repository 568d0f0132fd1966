package org.tanada.auth.link;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.provider.LogoutNotice;
import org.tanada.auth.provider.OutsideProvider;
import org.tanada.auth.provider.Providers;
import org.tanada.auth.session.LiveSessions;
import org.tanada.auth.session.SessionOrigin;
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
  private final LiveSessions sessions;
  private final ProviderLinks links;
  private final SignOutHints hints;
  private final UsedValues used;
  private final AccountRows rows;

  ProviderSignOuts(
      Providers providers,
      LiveSessions sessions,
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
    SessionOrigin origin = sessions.origin(userId, sessionId).orElse(null);
    OutsideProvider provider = origin == null ? null : provider(origin.openedBy());
    if (origin == null || provider == null) {
      return ProviderSignOut.NOWHERE;
    }
    try {
      String hint = hints.decrypt(origin.openedBy(), origin.idTokenEncrypted());
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
   * Ends the sessions that a logout token names. It is used up when they have ended: the provider
   * may send it again to another server, if one has died with it.
   *
   * @throws ProblemException {@code not-found}; {@code malformed-request}; {@code
   *     provider-unavailable}; {@code unavailable}
   */
  public void backChannel(String name, String token) {
    LogoutNotice notice = providers.get(name).logout(token);
    String id = notice.issuer() + "\n" + notice.id();
    if (used.used(LOGOUT_TOKEN, id)) {
      throw usedBefore();
    }
    end(notice);
    if (!used.use(LOGOUT_TOKEN, id, notice.issuedAt().plus(REMEMBERED))) {
      throw usedBefore();
    }
    log.info("provider {} has signed somebody out", name);
  }

  private static ProblemException usedBefore() {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, "The logout token was used before.");
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
