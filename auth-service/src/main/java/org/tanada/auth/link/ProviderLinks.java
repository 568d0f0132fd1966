package org.tanada.auth.link;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.AccountBelonging;
import org.tanada.auth.account.Credentials;
import org.tanada.auth.provider.ProviderIdentity;
import org.tanada.auth.provider.Providers;
import org.tanada.auth.session.LiveSessions;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.ProvidersContract.Link;
import org.tanada.common.account.ProvidersContract.Ways;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Which identities are whose. An identity is claimed for a link before the link is written; a claim
 * whose link never comes lapses after a minute.
 */
@Component
public final class ProviderLinks implements AccountBelonging {
  private static final int ATTEMPTS = 3;

  private final AccountRows rows;
  private final Credentials credentials;
  private final Providers providers;
  private final LiveSessions sessions;
  private final IdGenerator ids;

  ProviderLinks(
      AccountRows rows,
      Credentials credentials,
      Providers providers,
      LiveSessions sessions,
      IdGenerator ids) {
    this.rows = rows;
    this.credentials = credentials;
    this.providers = providers;
    this.sessions = sessions;
    this.ids = ids;
  }

  /** The link of an identity, whose owner is the user. */
  Optional<Stored<LinkRow>> find(String issuer, String subject) {
    Long link = rows.holder(LinkRow.IDENTITY, LinkRow.claim(issuer, subject));
    return link == null ? Optional.empty() : rows.findNow(LinkRow.TABLE, link);
  }

  /** Whether a link is there right now. */
  boolean stands(long linkId) {
    return rows.findNow(LinkRow.TABLE, linkId).isPresent();
  }

  /**
   * Claims the identity, and lets the caller write a link with it.
   *
   * @param owner of the link
   * @param write commits what it is given, and more
   * @return id of the link
   * @throws ProblemException {@code conflict} if it is being linked elsewhere at this moment; what
   *     the write throws
   */
  long add(long owner, LinkRow link, Consumer<Write> write) {
    long id = ids.nextBeside(owner);
    if (!rows.claim(LinkRow.IDENTITY, link.claim(), LinkRow.TABLE, id)) {
      throw new ProblemException(
          ProblemCode.CONFLICT,
          "This identity is being linked at this moment: try again in a minute.");
    }
    try {
      write.accept(Write.insert(LinkRow.TABLE, id, link));
    } catch (ProblemException e) {
      if (e.code().status() < 500) { // else the link may be there, or come
        rows.release(LinkRow.IDENTITY, link.claim(), LinkRow.TABLE, id);
      }
      throw e;
    }
    return id;
  }

  /**
   * Links an identity with a user; nothing if it is.
   *
   * @throws ProblemException {@code identity-taken}, {@code conflict}, {@code not-found}
   */
  void link(long userId, String provider, ProviderIdentity identity) {
    Optional<Stored<LinkRow>> present = find(identity.issuer(), identity.subject());
    if (present.isPresent()) {
      if (present.get().owner() != userId) {
        throw new ProblemException(
            ProblemCode.IDENTITY_TAKEN, "Another account signs in by this identity.");
      }
      return;
    }
    Credentials.Guard guard = credentials.guard(userId); // fails if the account is being deleted
    add(
        userId,
        LinkRow.of(provider, identity),
        insert -> rows.commit(userId, insert, guard.touch()));
  }

  /** How a user can sign in. {@code not-found}. */
  public Ways ways(long userId) {
    boolean password = credentials.guard(userId).password();
    List<Link> links =
        rows.ofOwner(LinkRow.TABLE, userId).stream()
            .map(stored ->
                new Link(
                    stored.id(),
                    stored.value().provider(),
                    title(stored.value().provider()),
                    stored.value().label()))
            .toList();
    return new Ways(password, links);
  }

  private String title(String provider) {
    return providers.find(provider).map(found -> found.title()).orElse(provider);
  }

  /**
   * Takes a link away, and ends the sessions that it opened.
   *
   * @throws ProblemException {@code not-found}; {@code last-way}
   */
  public void unlink(long userId, long linkId) {
    for (int attempt = 1; ; attempt++) {
      try {
        tryUnlink(userId, linkId);
        return;
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.VERSION_MISMATCH || attempt == ATTEMPTS) {
          throw e; // else another way in has come or gone meanwhile: look again
        }
      }
    }
  }

  private void tryUnlink(long userId, long linkId) {
    Credentials.Guard guard = credentials.guard(userId);
    List<Stored<LinkRow>> all = rows.ofOwner(LinkRow.TABLE, userId);
    Stored<LinkRow> link =
        all.stream().filter(stored -> stored.id() == linkId).findFirst().orElse(null);
    if (link == null) {
      sessions.endOpenedBy(userId, linkId, null); // of an attempt that did not come so far
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such link.");
    }
    boolean another =
        guard.password()
            || all.stream()
                .anyMatch(stored ->
                    stored.id() != linkId && providers.find(stored.value().provider()).isPresent());
    if (!another) {
      throw new ProblemException(
          ProblemCode.LAST_WAY, "Without it you could not sign in any more.");
    }
    rows.commit(userId, Write.delete(LinkRow.TABLE, linkId, null), guard.touch());
    rows.release(LinkRow.IDENTITY, link.value().claim(), LinkRow.TABLE, linkId);
    sessions.endOpenedBy(userId, linkId, null);
  }

  @Override
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "provider-links",
        rows.ofOwner(LinkRow.TABLE, userId).stream()
            .<Object>map(stored ->
                new Exported(
                    stored.value().provider(),
                    stored.value().issuer(),
                    stored.value().subject(),
                    stored.value().label(),
                    stored.createdAt()))
            .toList());
  }

  private record Exported(
      String provider, String issuer, String subject, @Nullable String label, Instant linkedAt) {}

  @Override
  public void delete(long userId) {
    for (Stored<LinkRow> link : rows.ofOwner(LinkRow.TABLE, userId)) {
      rows.deleteIfPresent(LinkRow.TABLE, userId, link.id());
      rows.release(LinkRow.IDENTITY, link.value().claim(), LinkRow.TABLE, link.id());
    }
  }
}
