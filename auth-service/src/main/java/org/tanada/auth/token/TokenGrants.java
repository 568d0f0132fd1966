package org.tanada.auth.token;

import io.jsonwebtoken.Jwts;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.AccountPart;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.revocation.CurrentUsers;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.Secrets;
import org.tanada.auth.store.User;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Gives pairs of tokens for a password or a refresh token. A refresh token works once; what comes
 * later with a used one may be a thief, so its whole family ends (RFC 9700, 4.14.2).
 */
@Component
public final class TokenGrants implements AccountPart {
  private static final Logger log = LoggerFactory.getLogger(TokenGrants.class);
  private static final int ATTEMPTS = 5;

  private final AccountRows rows;
  private final SignIns signIns;
  private final SigningKeys keys;
  private final RefreshTokens refreshTokens;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final SecureRandom random;
  private final TokenProperties properties;
  private final RevocationLog revocations;
  private final CurrentUsers users;
  private final Audit audit;
  private final String node;

  TokenGrants(
      AccountRows rows,
      SignIns signIns,
      SigningKeys keys,
      RefreshTokens refreshTokens,
      IdGenerator ids,
      InstantSource clock,
      SecureRandom random,
      TokenProperties properties,
      RevocationLog revocations,
      CurrentUsers users,
      Audit audit,
      NodeProperties node) {
    this.rows = rows;
    this.signIns = signIns;
    this.keys = keys;
    this.refreshTokens = refreshTokens;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
    this.properties = properties;
    this.revocations = revocations;
    this.users = users;
    this.audit = audit;
    this.node = node.node();
  }

  /** Signs in who has proved to be the user. {@code unavailable}. */
  public Granted open(SignIns.Proof proof) {
    Stored<User> user = proof.user();
    makeRoom(user.id());
    Instant now = clock.instant();
    RefreshTokens.Token token = refreshTokens.first(ids.nextBeside(user.id()));
    RefreshFamily family =
        new RefreshFamily(
            Secrets.digest(token.text()), null, now, now.plus(properties.refresh()), false);
    rows.commit(user.id(), Write.insert(RefreshFamily.TABLE, token.family(), family));
    signIns.confirm(
        proof, () -> rows.deleteIfPresent(RefreshFamily.TABLE, user.id(), token.family()));
    return new Granted(user.id(), pair(user, token, now));
  }

  /**
   * Tokens of somebody who has just signed in.
   *
   * @param userId whose they are
   */
  public record Granted(long userId, Tokens tokens) {}

  /** Whether tokens of the user are good that follow from this sign-in, no older than that. */
  public boolean beganSince(long userId, long family, Instant since) {
    return !TanadaId.time(family).isBefore(since)
        && rows.findNow(RefreshFamily.TABLE, family)
            .filter(stored -> stored.owner() == userId && !stored.value().revoked())
            .filter(stored -> !revocations.known().denies(userId, family))
            .isPresent();
  }

  /** Rotates. {@code invalid-token}, {@code expired-token}. */
  public Tokens byRefresh(@Nullable String text) {
    RefreshTokens.Token token = refreshTokens.parse(text);
    if (token == null) {
      throw invalid();
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Tokens> tokens = rotate(token);
      if (tokens.isPresent()) {
        return tokens.get();
      }
    }
    throw new ProblemException(
        ProblemCode.UNAVAILABLE, "The token is being refreshed elsewhere: try again.");
  }

  /** Ends the family of a refresh token, also by an old one; nothing if it is not ours. */
  public void revoke(@Nullable String text) {
    RefreshTokens.Token token = refreshTokens.parse(text);
    if (token != null) {
      rows.findNow(RefreshFamily.TABLE, token.family()).ifPresent(this::revoke);
    }
  }

  @Override
  public void end(long id) {
    rows.findNow(RefreshFamily.TABLE, id).ifPresent(this::mark);
  }

  @Override
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "programs",
        rows.ofOwner(RefreshFamily.TABLE, userId).stream()
            .<Object>map(stored ->
                new Exported(
                    Long.toString(stored.id()),
                    stored.createdAt(),
                    stored.value().rotatedAt(),
                    stored.value().expiresAt(),
                    stored.value().revoked()))
            .toList());
  }

  private record Exported(
      String id, Instant createdAt, Instant refreshedAt, Instant expiresAt, boolean revoked) {}

  @Override
  public void endAll(long userId) {
    rows.deleteOwned(RefreshFamily.TABLE, userId);
  }

  /** One try; empty if another request changed the family at the same moment. */
  private Optional<Tokens> rotate(RefreshTokens.Token token) {
    Stored<RefreshFamily> stored =
        rows.findNow(RefreshFamily.TABLE, token.family()).orElseThrow(TokenGrants::invalid);
    RefreshFamily family = stored.value();
    Instant now = clock.instant();
    if (family.revoked() || revocations.known().denies(stored.owner(), stored.id())) {
      throw invalid();
    }
    if (!now.isBefore(family.expiresAt())) {
      throw new ProblemException(ProblemCode.EXPIRED_TOKEN, "The refresh token has expired.");
    }
    Stored<User> user = users.active(stored.owner()).orElseThrow(TokenGrants::invalid);
    RefreshTokens.Token next = refreshTokens.next(token);
    if (Secrets.matches(token.text(), family.currentHash())) {
      return replaceCurrent(stored, next, now)
          ? Optional.of(pair(user, next, now))
          : Optional.empty();
    }
    boolean previous =
        family.previousHash() != null && Secrets.matches(token.text(), family.previousHash());
    if (previous && now.isBefore(family.rotatedAt().plus(properties.tolerance()))) {
      return Optional.of(pair(user, next, now)); // the answer got lost: the same one again
    }
    log.warn("a used refresh token came again: family {} is revoked", stored.id());
    audit.self(node, What.TOKENS_REVOKED, stored.owner(), "a used refresh token came again");
    revoke(stored);
    throw invalid();
  }

  private boolean replaceCurrent(
      Stored<RefreshFamily> stored, RefreshTokens.Token next, Instant now) {
    Map<String, @Nullable Object> change = new HashMap<>();
    change.put("currentHash", Secrets.digest(next.text()));
    change.put("previousHash", stored.value().currentHash());
    change.put("rotatedAt", now);
    change.put("expiresAt", now.plus(properties.refresh()));
    try {
      rows.commit(
          stored.owner(), Write.update(RefreshFamily.TABLE, stored.id(), stored.version(), change));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.VERSION_MISMATCH) {
        return false;
      }
      throw e.code() == ProblemCode.NOT_FOUND ? invalid() : e;
    }
  }

  private void revoke(Stored<RefreshFamily> stored) {
    if (!stored.value().revoked()) {
      revocations.family(stored.id()); // its access tokens, too
    }
    mark(stored);
  }

  private void mark(Stored<RefreshFamily> stored) {
    try {
      rows.commit(
          stored.owner(),
          Write.update(RefreshFamily.TABLE, stored.id(), null, Map.of("revoked", true)));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.NOT_FOUND) {
        throw e;
      }
    }
  }

  private void makeRoom(long userId) {
    Instant now = clock.instant();
    int kept = 0;
    for (Stored<RefreshFamily> stored : rows.ofOwner(RefreshFamily.TABLE, userId)) {
      boolean over = stored.value().revoked() || !now.isBefore(stored.value().expiresAt());
      if (over || ++kept >= properties.maxFamiliesPerUser()) {
        if (!over) {
          revocations.family(stored.id());
        }
        rows.deleteIfPresent(RefreshFamily.TABLE, userId, stored.id());
      }
    }
  }

  /**
   * Makes the pair.
   *
   * @param now before the user was read: whatever ends or changes the account after that ends these
   *     tokens as well
   */
  private Tokens pair(Stored<User> user, RefreshTokens.Token refresh, Instant now) {
    SigningKey key = keys.current();
    String access =
        Jwts.builder()
            .header()
            .keyId(key.kid())
            .and()
            .issuer(AccessTokens.ISSUER)
            .audience()
            .add(AccessTokens.AUDIENCE)
            .and()
            .subject(Long.toString(user.id()))
            .issuedAt(Date.from(now))
            .notBefore(Date.from(now))
            .expiration(Date.from(now.plus(properties.access())))
            .id(new BigInteger(128, random).toString(36))
            .claim(AccessTokens.SESSION, Long.toString(refresh.family()))
            .claim(AccessTokens.NAME, user.value().displayName())
            .claim(AccessTokens.USERNAME, user.value().username())
            .claim(AccessTokens.ROLES, List.copyOf(user.value().roleList()))
            .signWith(key.privateKey(), key.algorithm().signature())
            .compact();
    return new Tokens(access, refresh.text(), "Bearer", properties.access().toSeconds());
  }

  private static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_TOKEN, "The refresh token is unknown, revoked or was used before.");
  }
}
