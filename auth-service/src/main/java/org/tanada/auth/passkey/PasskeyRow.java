package org.tanada.auth.passkey;

import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.CredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutableCredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCose;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialType;
import org.tanada.auth.store.Secrets;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;

/**
 * A row of {@code passkeys}.
 *
 * @param name what its owner calls it
 * @param credentialId which it is, Base64 for URLs
 * @param publicKey COSE, Base64
 * @param attestation the attestation object, Base64
 * @param signatureCount how often it says to have signed; 0 if it does not count
 * @param backupEligible whether it may be on several devices
 * @param backedUp whether it is
 * @param lastUsedAt when it was last used; null if never
 */
record PasskeyRow(
    String name,
    String credentialId,
    String publicKey,
    String attestation,
    long signatureCount,
    boolean backupEligible,
    boolean backedUp,
    @Nullable Instant lastUsedAt) {
  static final Table<PasskeyRow> TABLE = new Table<>("passkeys", PasskeyRow.class);

  /** Kind of claim: a credential belongs to one row. */
  static final String CREDENTIAL = "passkey";

  static PasskeyRow of(CredentialRecord credential) {
    Bytes attestation = credential.getAttestationObject();
    if (attestation == null) {
      throw new IllegalArgumentException("a credential without its attestation");
    }
    return new PasskeyRow(
        String.valueOf(credential.getLabel()),
        credential.getCredentialId().toBase64UrlString(),
        Base64.getEncoder().encodeToString(credential.getPublicKey().getBytes()),
        Base64.getEncoder().encodeToString(attestation.getBytes()),
        credential.getSignatureCount(),
        credential.isBackupEligible(),
        credential.isBackupState(),
        null);
  }

  static CredentialRecord record(Stored<PasskeyRow> stored) {
    PasskeyRow row = stored.value();
    return ImmutableCredentialRecord.builder()
        .credentialType(PublicKeyCredentialType.PUBLIC_KEY)
        .credentialId(Bytes.fromBase64(row.credentialId()))
        .userEntityUserId(UserHandle.of(stored.owner()))
        .publicKey(new ImmutablePublicKeyCose(Base64.getDecoder().decode(row.publicKey())))
        .attestationObject(new Bytes(Base64.getDecoder().decode(row.attestation())))
        .signatureCount(row.signatureCount())
        .uvInitialized(true)
        .backupEligible(row.backupEligible())
        .backupState(row.backedUp())
        .transports(Set.of())
        .label(row.name())
        .created(stored.createdAt())
        .lastUsed(row.lastUsedAt() == null ? stored.createdAt() : row.lastUsedAt())
        .build();
  }

  /** The claim's name: a digest, since ids may be longer than names are. */
  static String claim(Bytes credentialId) {
    return Secrets.digest(credentialId.toBase64UrlString());
  }
}
