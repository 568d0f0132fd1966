package org.tanada.auth.link;

import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.PasswordlessSignUps;
import org.tanada.auth.account.PasswordlessSignUps.Newcomer;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.provider.OutsideProvider;
import org.tanada.auth.provider.ProviderIdentity;
import org.tanada.auth.session.SessionOrigin;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.session.Sessions.Client;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.ProvidersContract.EndedFlow;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/**
 * Signs in whom a provider vouches for. An identity that nobody has yet gets an account of its own:
 * never an existing one, whatever address the provider names.
 */
@Component
final class ProviderSignIns {
  private final AccountRows rows;
  private final ProviderLinks links;
  private final PasswordlessSignUps signUps;
  private final Sessions sessions;
  private final SignOutHints hints;
  private final IdGenerator ids;

  ProviderSignIns(
      AccountRows rows,
      ProviderLinks links,
      PasswordlessSignUps signUps,
      Sessions sessions,
      SignOutHints hints,
      IdGenerator ids) {
    this.rows = rows;
    this.links = links;
    this.signUps = signUps;
    this.sessions = sessions;
    this.hints = hints;
    this.ids = ids;
  }

  /**
   * Opens a session.
   *
   * @throws ProblemException {@code email-taken}, {@code username-taken}, {@code conflict}; {@code
   *     provider-declined} if the account is gone; {@code account-locked}, {@code account-deleted}
   */
  EndedFlow signIn(
      OutsideProvider provider, ProviderIdentity identity, Client client, String next) {
    Arrival arrival = arrive(provider.name(), identity);
    long userId = arrival.userId();
    long linkId = arrival.linkId();
    Stored<User> user = rows.findNow(User.TABLE, userId).orElseThrow(ProviderSignIns::gone);
    SignIns.unlocked(user);
    SessionOrigin origin =
        new SessionOrigin(
            linkId,
            SignOutHints.session(identity),
            hints.encrypt(linkId, provider, identity.idToken()));
    return new EndedFlow(
        sessions.open(user, client, origin, end -> confirm(linkId, user, end)),
        arrival.created(),
        next);
  }

  /** It may have been unlinked, or locked, while the session was being opened. */
  private void confirm(long linkId, Stored<User> user, Runnable end) {
    if (!links.stands(linkId)) {
      end.run();
      throw gone();
    }
    if (!rows.stands(user)) {
      end.run();
      throw SignIns.changed();
    }
  }

  /** The account of the identity; a new one unless there is one. */
  private Arrival arrive(String provider, ProviderIdentity identity) {
    Optional<Arrival> known = known(identity);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      long userId = ids.nextAnywhere(rows.shards());
      return new Arrival(userId, create(userId, provider, identity), true);
    } catch (ProblemException e) {
      // the same browser may have come twice at the same time: the other one was faster
      return known(identity).orElseThrow(() -> e);
    }
  }

  private Optional<Arrival> known(ProviderIdentity identity) {
    return links
        .find(identity.issuer(), identity.subject())
        .map(link -> new Arrival(link.owner(), link.id(), false));
  }

  private long create(long userId, String provider, ProviderIdentity identity) {
    ProviderIdentity.Profile profile = identity.profile().get();
    Newcomer newcomer =
        new Newcomer(profile.username(), profile.displayName(), profile.verifiedEmail());
    return links.add(
        userId, LinkRow.of(provider, identity), link -> signUps.signUp(userId, newcomer, link));
  }

  private static ProblemException gone() {
    return new ProblemException(
        ProblemCode.PROVIDER_DECLINED, "The account was unlinked or deleted at this moment.");
  }

  /**
   * Who has come.
   *
   * @param userId whose account it is
   * @param linkId by which link
   * @param created whether it was made just now
   */
  private record Arrival(long userId, long linkId, boolean created) {}
}
