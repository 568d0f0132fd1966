package org.tanada.common.account;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What has been taken back before its time, and the keys that sign: offered by auth-service to
 * every server that checks sessions or tokens by itself, and to the operator.
 */
@HttpExchange("/v1/access")
public interface AccessContract {
  /**
   * What was revoked and has not expired, oldest first.
   *
   * @param since only entries with a greater id; 0 for all
   */
  @GetExchange("/feed")
  Feed feed(@RequestParam("since") long since);

  /** Revokes a user's sessions and tokens, or those of one sign-in. */
  @PostExchange("/revocations")
  void revoke(@RequestBody Wanted wanted);

  /** The keys of access tokens, the one that signs first. */
  @GetExchange("/keys")
  Keys keys();

  /**
   * Lets the key that stands by sign from now on. {@code conflict} if it was published so short a
   * time ago that verifiers may not know it.
   */
  @PostExchange("/keys/rotations")
  Keys rotate();

  /** Refuses from now on all that a key has signed. {@code not-found}. */
  @PostExchange("/keys/revocations")
  Keys revokeKey(@RequestBody KeyId key);

  /** What an entry of the feed is about. */
  enum Kind {
    /** All sessions and tokens of a user that began until the cutoff. */
    USER,
    /** One cookie session, or the tokens of one sign-in. */
    SESSION,
    /** A key of access tokens. */
    KEY,
    /** Nothing is revoked, but what servers remember of the user is out of date. */
    PROFILE
  }

  /**
   * A part of the feed.
   *
   * @param ageMillis how long ago the auth server that answers has read it
   * @param kids ids of all published keys
   * @param revocations oldest first
   */
  record Feed(long ageMillis, List<String> kids, List<Revocation> revocations) {
    public Feed {
      kids = List.copyOf(kids);
      revocations = List.copyOf(revocations);
    }
  }

  /**
   * An entry of the feed.
   *
   * @param id of the entry, later ones have greater ids
   * @param kind what it is about
   * @param subject id of the user or session, or the {@code kid}
   * @param cutoff when it was revoked
   * @param expiresAt until when it has to be remembered
   */
  record Revocation(long id, Kind kind, String subject, Instant cutoff, Instant expiresAt) {}

  /**
   * What an operator wants revoked: one of the two.
   *
   * @param userId all sessions and tokens of this user
   * @param sessionId this session of a cookie, or this {@code sid} of tokens
   */
  record Wanted(@Nullable Long userId, @Nullable Long sessionId) {}

  /**
   * A key's id.
   *
   * @param kid the id
   */
  record KeyId(String kid) {}

  /**
   * The keys.
   *
   * @param keys the one that signs first
   */
  record Keys(List<KeyState> keys) {
    public Keys {
      keys = List.copyOf(keys);
    }
  }

  /**
   * A key as operators see it.
   *
   * @param kid its id
   * @param algorithm {@code EdDSA} or {@code ES256}
   * @param state {@code active standby retired revoked}
   * @param since when it came into this state
   */
  record KeyState(String kid, String algorithm, String state, Instant since) {}
}
