package org.tanada.auth.factor;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.AccountBelonging;
import org.tanada.auth.account.Credentials;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.Encryption;
import org.tanada.auth.store.User;
import org.tanada.auth.token.Notes;
import org.tanada.auth.token.TokenSecret;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.FactorsContract.Confirmation;
import org.tanada.common.account.FactorsContract.Enrolment;
import org.tanada.common.account.FactorsContract.Factors;
import org.tanada.common.account.FactorsContract.RecoveryCodes;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Apps that show codes, and recovery codes. Each try of a code ends with a write that expects the
 * row as it was read: so a code works once, whichever servers it is brought to, and guesses at the
 * same time are counted one by one.
 */
@Component
public final class SecondFactors implements AccountBelonging {
  private static final Duration ENROLMENT = Duration.ofMinutes(15);
  private static final int ATTEMPTS = 8;
  private static final int MAX_CODE = 64;

  private final AccountRows rows;
  private final Credentials credentials;
  private final Notes notes;
  private final SecretKey key;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Audit audit;

  SecondFactors(
      AccountRows rows,
      Credentials credentials,
      Notes notes,
      TokenSecret secret,
      SecureRandom random,
      InstantSource clock,
      Audit audit) {
    this.rows = rows;
    this.credentials = credentials;
    this.notes = notes;
    this.key = secret.key("second factor", "AES");
    this.random = random;
    this.clock = clock;
    this.audit = audit;
  }

  /** Whether sign-ins by password ask for a code. */
  public boolean wanted(long userId) {
    return rows.findNow(FactorRow.TABLE, userId).isPresent();
  }

  /** What there is. */
  public Factors of(long userId) {
    return rows.findNow(FactorRow.TABLE, userId)
        .map(stored ->
            new Factors(
                stored.createdAt(), RecoveryCode.digests(stored.value().recoveryHashes()).size()))
        .orElse(new Factors(null, 0));
  }

  /**
   * Begins an enrolment; nothing is kept here before a code has shown that the app has the secret.
   *
   * @throws ProblemException {@code conflict} if there is an app, or no password that a code could
   *     follow; {@code not-found}
   */
  public Enrolment begin(long userId) {
    Stored<User> user = rows.user(userId);
    requireNone(userId);
    byte[] secret = new byte[Totp.SECRET_BYTES];
    random.nextBytes(secret);
    long end = clock.instant().plus(ENROLMENT).getEpochSecond();
    String ticket =
        notes.write(purpose(userId), new Pending(Base64.getEncoder().encodeToString(secret), end));
    return new Enrolment(Totp.text(secret), Totp.uri(secret, user.value().username()), ticket);
  }

  private Credentials.Guard requireNone(long userId) {
    Credentials.Guard guard = credentials.guard(userId);
    if (!guard.password()) {
      throw new ProblemException(
          ProblemCode.CONFLICT, "Codes are asked for after a password, and you have none.");
    }
    if (wanted(userId)) {
      throw there();
    }
    return guard;
  }

  /**
   * Ends an enrolment.
   *
   * @throws ProblemException {@code invalid-flow}, {@code wrong-code}, {@code conflict}
   */
  public RecoveryCodes confirm(long userId, Confirmation confirmation) {
    Pending pending =
        notes
            .read(purpose(userId), confirmation.ticket(), Pending.class)
            .orElseThrow(SecondFactors::tooLate);
    Credentials.Guard guard = requireNone(userId);
    byte[] secret = Base64.getDecoder().decode(pending.secret());
    OptionalLong step =
        Totp.match(secret, digits(confirmation.code()), clock.instant(), Long.MIN_VALUE);
    if (step.isEmpty()) {
      throw wrong();
    }
    List<String> codes = RecoveryCode.set(random);
    FactorRow row =
        new FactorRow(
            encrypt(userId, secret), step.getAsLong(), 0, null, RecoveryCode.column(codes));
    try {
      rows.commit(userId, Write.insert(FactorRow.TABLE, userId, row), guard.touch());
    } catch (ProblemException e) {
      throw e.code() == ProblemCode.DUPLICATE ? there() : e;
    }
    audit.own(userId, What.FACTOR_ADDED, "codes of an app");
    return new RecoveryCodes(codes);
  }

  /** Asks for codes no more. {@code not-found}. */
  public void end(long userId) {
    required(userId);
    rows.deleteIfPresent(FactorRow.TABLE, userId, userId);
    audit.own(userId, What.FACTOR_REMOVED, "codes of an app");
  }

  /** Another set of recovery codes. {@code not-found}. */
  public RecoveryCodes newCodes(long userId) {
    required(userId);
    List<String> codes = RecoveryCode.set(random);
    rows.commit(
        userId,
        Write.update(
            FactorRow.TABLE, userId, null, Map.of("recoveryHashes", RecoveryCode.column(codes))));
    audit.own(userId, What.RECOVERY_CODES_MADE, null);
    return new RecoveryCodes(codes);
  }

  /**
   * Lets pass who brings a code that has not been used.
   *
   * @param typed a code of the app, or a recovery code
   * @param network address of the client; null if unknown
   * @throws ProblemException {@code wrong-code}; {@code too-many-requests}; {@code unavailable}
   */
  public void prove(long userId, @Nullable String typed, @Nullable String network) {
    String code = typed == null || typed.length() > MAX_CODE ? "" : typed;
    boolean recovery = RecoveryCode.looksLike(code);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Stored<FactorRow> stored =
          rows.findNow(FactorRow.TABLE, userId).orElseThrow(SecondFactors::wrong);
      Optional<Map<String, @Nullable Object>> used =
          recovery ? recovery(stored, code) : step(stored, digits(code));
      if (used.isEmpty() && recovery) {
        throw wrong(); // nobody guesses these: not counted, and so nobody is kept waiting by it
      }
      Map<String, @Nullable Object> change = used.orElseGet(() -> failed(stored.value()));
      try {
        rows.commit(userId, Write.update(FactorRow.TABLE, userId, stored.version(), change));
      } catch (ProblemException e) {
        if (e.code() == ProblemCode.VERSION_MISMATCH || e.code() == ProblemCode.NOT_FOUND) {
          continue; // another try came in between, or it was switched off
        }
        throw e;
      }
      if (used.isEmpty()) {
        throw wrong();
      }
      if (recovery) {
        int left = RecoveryCode.digests(String.valueOf(change.get("recoveryHashes"))).size();
        audit.own(userId, What.RECOVERY_CODE_USED, network, left + " left");
      }
      return;
    }
    throw new ProblemException(ProblemCode.UNAVAILABLE, "Too many codes at a time: try again.");
  }

  private Optional<Map<String, @Nullable Object>> step(Stored<FactorRow> stored, String code) {
    FactorRow row = stored.value();
    Instant now = clock.instant();
    Duration wait = row.pause(now);
    if (wait.isPositive()) {
      throw ProblemException.tooMany(
          "Too many wrong codes: wait, or take a recovery code.", wait.toSeconds() + 1);
    }
    OptionalLong step = Totp.match(decrypt(stored), code, now, row.lastStep());
    return step.isEmpty()
        ? Optional.empty()
        : Optional.of(Map.of("lastStep", step.getAsLong(), "failures", 0L));
  }

  private static Optional<Map<String, @Nullable Object>> recovery(
      Stored<FactorRow> stored, String code) {
    String before = stored.value().recoveryHashes();
    String left = RecoveryCode.without(before, code);
    return left.equals(before) ? Optional.empty() : Optional.of(Map.of("recoveryHashes", left));
  }

  private Map<String, @Nullable Object> failed(FactorRow row) {
    return Map.of("failures", row.failures() + 1, "failedAt", clock.instant());
  }

  private void required(long userId) {
    if (!wanted(userId)) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no app that shows codes.");
    }
  }

  @Override
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "second-factor",
        rows.findNow(FactorRow.TABLE, userId).stream()
            .<Object>map(stored ->
                new Exported(
                    stored.createdAt(), stored.value().failures(), stored.value().failedAt()))
            .toList());
  }

  private record Exported(
      Instant createdAt, long wrongCodesLately, @Nullable Instant lastWrongCodeAt) {}

  @Override
  public void delete(long userId) {
    rows.deleteIfPresent(FactorRow.TABLE, userId, userId);
  }

  private String encrypt(long userId, byte[] secret) {
    return Encryption.encryptText(secret, key, bound(userId), random);
  }

  private byte[] decrypt(Stored<FactorRow> stored) {
    try {
      return Encryption.decryptText(stored.value().secretEncrypted(), key, bound(stored.id()));
    } catch (GeneralSecurityException e) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "The code cannot be checked: take a recovery code.", e);
    }
  }

  private static String bound(long userId) {
    return "second factor of " + userId;
  }

  private static String digits(@Nullable String code) {
    return code == null || code.length() > MAX_CODE ? "" : code.replaceAll("\\s", "");
  }

  private static String purpose(long userId) {
    return "enrolment of " + userId;
  }

  private static ProblemException there() {
    return new ProblemException(
        ProblemCode.CONFLICT, "There is an app already: switch that off first.");
  }

  private static ProblemException tooLate() {
    return new ProblemException(
        ProblemCode.INVALID_FLOW, "The enrolment took too long: begin again.");
  }

  private static ProblemException wrong() {
    return new ProblemException(ProblemCode.WRONG_CODE, ProblemCode.WRONG_CODE.advice());
  }

  /**
   * A secret that no code has confirmed yet.
   *
   * @param secret Base64
   * @param expiresAt when it is too late
   */
  record Pending(String secret, long expiresAt) implements Notes.Note {
    @Override
    public String toString() {
      return "Pending[…]";
    }
  }
}
