package org.tanada.auth.throttle;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.Names;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.store.Networks;
import org.tanada.auth.store.Secrets;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Slows guessing down, by account and by network, before any password is hashed. An account has the
 * same budget whether it exists or not. Wrong guesses from elsewhere do not stop its owner: a
 * network that the account was signed in to from before has a budget of its own. All servers spend
 * from the same budgets; while they cannot hear of each other, each has them for itself.
 */
@Component
public final class Throttle {
  private static final int MAX_EMAIL = 254;

  private final KnownNetworks known;
  private final SignIns signIns;
  private final Budget accounts;
  private final Budget owners;
  private final Budget networks;
  private final Budget wishes;
  private final Budget signUps;

  Throttle(
      KnownNetworks known,
      SignIns signIns,
      ThrottleProperties limits,
      SpentBudgets spent,
      InstantSource clock) {
    this.known = known;
    this.signIns = signIns;
    this.accounts =
        new Budget("account", Rate.of(limits.account(), limits.accountEvery()), spent, clock);
    this.owners = new Budget("owner", Rate.of(limits.known(), limits.knownEvery()), spent, clock);
    this.networks =
        new Budget("network", Rate.of(limits.network(), limits.networkEvery()), spent, clock);
    this.wishes =
        new Budget("wishes", Rate.of(limits.wishes(), limits.wishesEvery()), spent, clock);
    this.signUps =
        new Budget("sign-ups", Rate.of(limits.signUps(), limits.signUpsEvery()), spent, clock);
  }

  /**
   * Signs in.
   *
   * @param email of the account, as it was given
   * @param address of the client; null if unknown
   * @param userId of who has signed in
   * @throws ProblemException {@code too-many-requests}; what the sign-in throws
   */
  public <T> T signIn(
      @Nullable String email,
      @Nullable String address,
      Supplier<T> signIn,
      ToLongFunction<T> userId) {
    if (email == null || email.length() > MAX_EMAIL) {
      return signIn.get(); // which refuses it
    }
    String network = Networks.of(address);
    T signedIn =
        guess(Secrets.digest(Names.canonical(email)), network, () -> signIns.holder(email), signIn);
    signedIn(userId.applyAsLong(signedIn), address);
    return signedIn;
  }

  /** The user has signed in from there: by a second step, which no budget is for. */
  public void signedIn(long userId, @Nullable String address) {
    String network = Networks.of(address);
    if (network != null) {
      known.note(userId, network);
    }
  }

  /** Lets somebody show the password of this user. {@code too-many-requests}. */
  public <T> T password(long userId, @Nullable String address, Supplier<T> proof) {
    return guess("user " + userId, Networks.of(address), () -> Optional.of(userId), proof);
  }

  /** Lets somebody sign up, who may so find out who has an account. {@code too-many-requests}. */
  public <T> T signUp(@Nullable String address, Supplier<T> signUp) {
    String network = Networks.of(address);
    if (!Budget.left(networks.of(network))) {
      throw tooMany();
    }
    try {
      return signUp.get();
    } catch (ProblemException e) {
      if (network != null && e.code() == ProblemCode.EMAIL_TAKEN) {
        networks.spend(network);
      }
      throw e;
    }
  }

  /** Lets somebody ask for a mail to an address. {@code too-many-requests}. */
  public void wish(String email, @Nullable String address, Runnable wish) {
    asking(wishes, email, address);
    wish.run();
  }

  /**
   * Lets somebody sign up where each sign-up is answered by a mail to the address, taken or not.
   * {@code too-many-requests}.
   */
  public <T> T mailedSignUp(String email, @Nullable String address, Supplier<T> signUp) {
    asking(signUps, email, address);
    return signUp.get();
  }

  private void asking(Budget budget, String email, @Nullable String address) {
    String network = Networks.of(address);
    String account = "to " + Secrets.digest(Names.canonical(email));
    if (!Budget.left(budget.of(account), wishes.of(network))) {
      throw tooMany();
    }
    budget.spend(account);
    if (network != null) {
      wishes.spend(network);
    }
  }

  private <T> T guess(
      String account, @Nullable String network, Supplier<Optional<Long>> user, Supplier<T> guess) {
    if (Budget.left(accounts.of(account), networks.of(network))) {
      return spending(
          guess,
          () -> {
            accounts.spend(account);
            if (network != null) {
              networks.spend(network);
            }
          });
    }
    String own = account + " from " + network;
    boolean owner =
        network != null
            && Budget.left(owners.of(own))
            && user.get().filter(id -> known.knows(id, network)).isPresent();
    if (!owner) {
      throw tooMany();
    }
    return spending(guess, () -> owners.spend(own));
  }

  private static <T> T spending(Supplier<T> guess, Runnable wrong) {
    try {
      return guess.get();
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.INVALID_CREDENTIALS) {
        wrong.run();
      }
      throw e;
    }
  }

  private static ProblemException tooMany() {
    return new ProblemException(
        ProblemCode.TOO_MANY_REQUESTS, "Too many wrong attempts: try again in a minute.");
  }
}
