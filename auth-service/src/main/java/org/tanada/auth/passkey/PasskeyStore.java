package org.tanada.auth.passkey;

import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.CredentialRecord;
import org.springframework.security.web.webauthn.management.UserCredentialRepository;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.AccountBelonging;
import org.tanada.auth.account.Credentials;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Passkeys in rows. A credential is claimed for its row before the row is written; a claim whose
 * row never comes lapses after a minute.
 */
@Component
final class PasskeyStore implements UserCredentialRepository, AccountBelonging {
  private final AccountRows rows;
  private final Credentials credentials;
  private final IdGenerator ids;
  private final InstantSource clock;

  PasskeyStore(AccountRows rows, Credentials credentials, IdGenerator ids, InstantSource clock) {
    this.rows = rows;
    this.credentials = credentials;
    this.ids = ids;
    this.clock = clock;
  }

  /** The row of a credential. */
  Optional<Stored<PasskeyRow>> find(Bytes credentialId) {
    Long id = rows.holder(PasskeyRow.CREDENTIAL, PasskeyRow.claim(credentialId));
    return id == null
        ? Optional.empty()
        : rows.findNow(PasskeyRow.TABLE, id)
            .filter(
                stored -> stored.value().credentialId().equals(credentialId.toBase64UrlString()));
  }

  /** All of a user, newest first. */
  List<Stored<PasskeyRow>> of(long userId) {
    return rows.ofOwner(PasskeyRow.TABLE, userId);
  }

  @Override
  public @Nullable CredentialRecord findByCredentialId(Bytes credentialId) {
    return find(credentialId).map(PasskeyRow::record).orElse(null);
  }

  @Override
  public List<CredentialRecord> findByUserId(Bytes userId) {
    return of(UserHandle.user(userId)).stream().map(PasskeyRow::record).toList();
  }

  /**
   * Keeps a new one, or what has changed of one by its use.
   *
   * @throws MaliciousCounterValueException if its count has not gone up
   * @throws ProblemException {@code passkey-refused} if another use of it came in between; {@code
   *     conflict}; {@code not-found} if the account is being deleted
   */
  @Override
  public void save(CredentialRecord record) {
    Optional<Stored<PasskeyRow>> present = find(record.getCredentialId());
    if (present.isPresent()) {
      used(present.get(), record);
    } else {
      add(record);
    }
  }

  private void used(Stored<PasskeyRow> stored, CredentialRecord record) {
    long before = stored.value().signatureCount();
    long now = record.getSignatureCount();
    boolean counts = before != 0 || now != 0;
    if (counts && now <= before) { // Spring Security looks at the count of the registration alone
      throw new MaliciousCounterValueException("The counter went back.", before, now);
    }
    Map<String, @Nullable Object> change =
        Map.of(
            "signatureCount",
            now,
            "backedUp",
            record.isBackupState(),
            "lastUsedAt",
            clock.instant());
    try {
      rows.commit(
          stored.owner(),
          Write.update(
              PasskeyRow.TABLE, stored.id(), counts ? (Long) stored.version() : null, change));
    } catch (ProblemException e) {
      boolean gone = e.code() == ProblemCode.VERSION_MISMATCH || e.code() == ProblemCode.NOT_FOUND;
      throw gone ? Passkeys.refused(e) : e;
    }
  }

  private void add(CredentialRecord record) {
    long owner = UserHandle.user(record.getUserEntityUserId());
    Credentials.Guard guard = credentials.guard(owner);
    long id = ids.nextBeside(owner);
    String claim = PasskeyRow.claim(record.getCredentialId());
    if (!rows.claim(PasskeyRow.CREDENTIAL, claim, PasskeyRow.TABLE, id)) {
      throw new ProblemException(ProblemCode.CONFLICT, "This passkey is known already.");
    }
    try {
      rows.commit(owner, Write.insert(PasskeyRow.TABLE, id, PasskeyRow.of(record)), guard.touch());
    } catch (ProblemException e) {
      if (e.code().status() < 500) { // else the row may be there, or come
        rows.release(PasskeyRow.CREDENTIAL, claim, PasskeyRow.TABLE, id);
      }
      throw e;
    }
  }

  @Override
  public void delete(Bytes credentialId) {
    find(credentialId).ifPresent(this::delete);
  }

  /** Takes one away. */
  void delete(Stored<PasskeyRow> stored) {
    rows.deleteIfPresent(PasskeyRow.TABLE, stored.owner(), stored.id());
    rows.release(
        PasskeyRow.CREDENTIAL,
        PasskeyRow.claim(Bytes.fromBase64(stored.value().credentialId())),
        PasskeyRow.TABLE,
        stored.id());
  }

  @Override
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "passkeys",
        of(userId).stream()
            .<Object>map(stored ->
                new Exported(
                    stored.value().name(),
                    stored.value().credentialId(),
                    stored.createdAt(),
                    stored.value().lastUsedAt(),
                    stored.value().backedUp()))
            .toList());
  }

  private record Exported(
      String name,
      String credentialId,
      Instant createdAt,
      @Nullable Instant lastUsedAt,
      boolean backedUp) {}

  @Override
  public void delete(long userId) {
    of(userId).forEach(this::delete);
  }
}
