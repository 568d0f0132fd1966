package org.tanada.auth.account;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Write;

/**
 * Makes accounts of people whom somebody else vouches for: no password, and a user name made of
 * what they are called elsewhere. As with {@link SignUps}, names are claimed before the rows are
 * written, and a claim whose row never comes lapses after a minute.
 */
@Component
public final class PasswordlessSignUps {
  private static final Logger log = LoggerFactory.getLogger(PasswordlessSignUps.class);
  private static final int SUFFIX_BITS = 25; // five characters
  private static final int ATTEMPTS = 8;

  private final AccountRows rows;
  private final SecureRandom random;
  private final InstantSource clock;

  PasswordlessSignUps(AccountRows rows, SecureRandom random, InstantSource clock) {
    this.rows = rows;
    this.random = random;
    this.clock = clock;
  }

  /**
   * What is known of somebody new.
   *
   * @param username what they would like to be called; null if they did not say
   * @param displayName name to show; null if they did not say
   * @param email an address that was verified; null if there is none
   */
  public record Newcomer(
      @Nullable String username, @Nullable String displayName, @Nullable String email) {}

  /**
   * Makes the account, and writes in the same transaction.
   *
   * @param userId id of the new user, of no row yet
   * @param more what belongs to the account from the beginning
   * @throws ProblemException {@code email-taken}; {@code username-taken} if no free name was found;
   *     {@code unavailable}
   */
  public void signUp(long userId, Newcomer newcomer, Write more) {
    Deque<Runnable> releases = new ArrayDeque<>();
    String proposed = NameProposals.username(newcomer.username());
    String email = SignUpRules.isEmail(newcomer.email()) ? newcomer.email() : null;
    try {
      if (email != null && !claim(Names.EMAIL, email, userId, releases)) {
        throw new ProblemException(
            ProblemCode.EMAIL_TAKEN,
            "There is an account with the e-mail address that the provider names. Sign in to it as"
                + " before, and link the provider on your profile.");
      }
      String username = claimUsername(proposed, userId, releases);
      User user =
          new User(
              email == null ? "" : email.strip(),
              username,
              NameProposals.displayName(newcomer.displayName(), username),
              "",
              null,
              null,
              SignUps.FIRST_ROLES,
              User.ACTIVE,
              email == null ? null : clock.instant());
      insert(userId, user, more);
    } catch (ProblemException e) {
      if (!SignUps.mayHaveBeenKept(e)) {
        releases.forEach(PasswordlessSignUps::release);
      }
      throw e;
    }
  }

  private String claimUsername(String proposed, long userId, Deque<Runnable> releases) {
    String username = proposed;
    for (int attempt = 1; !claim(Names.USERNAME, username, userId, releases); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new ProblemException(
            ProblemCode.USERNAME_TAKEN, "No free user name was found: try again.");
      }
      String suffix = new BigInteger(SUFFIX_BITS, random).toString(36);
      username = NameProposals.shortened(proposed) + "-" + suffix;
    }
    return username;
  }

  private boolean claim(String kind, String name, long userId, Deque<Runnable> releases) {
    String canonical = Names.canonical(name);
    releases.push(() -> rows.release(kind, canonical, userId));
    return rows.claim(kind, canonical, userId);
  }

  private void insert(long userId, User user, Write more) {
    List<Write> writes =
        List.of(
            Write.insert(User.TABLE, userId, user),
            Write.insert(Credential.TABLE, userId, new Credential(null, null)),
            more);
    String key = rows.newKey();
    try {
      rows.commit(userId, key, writes);
    } catch (ProblemException e) {
      if (!SignUps.mayHaveBeenKept(e)) {
        throw e;
      }
      rows.commit(userId, key, writes); // asks for the lost answer
    }
  }

  private static void release(Runnable release) {
    try {
      release.run();
    } catch (ProblemException e) {
      log.warn("a claim could not be released, it lapses by itself in a minute", e);
    }
  }
}
