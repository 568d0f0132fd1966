package org.tanada.auth.passkey;

import org.jspecify.annotations.Nullable;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialUserEntity;
import org.springframework.security.web.webauthn.management.PublicKeyCredentialUserEntityRepository;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.row.Stored;

/** Users as passkeys know them: there is nothing to keep, since their handle is their id. */
@Component
final class PasskeyUsers implements PublicKeyCredentialUserEntityRepository {
  private final AccountRows rows;

  PasskeyUsers(AccountRows rows) {
    this.rows = rows;
  }

  @Override
  public @Nullable PublicKeyCredentialUserEntity findById(Bytes id) {
    return rows.findNow(User.TABLE, UserHandle.user(id)).map(PasskeyUsers::entity).orElse(null);
  }

  static PublicKeyCredentialUserEntity entity(Stored<User> user) {
    return ImmutablePublicKeyCredentialUserEntity.builder()
        .id(UserHandle.of(user.id()))
        .name(user.value().username())
        .displayName(user.value().displayName())
        .build();
  }

  @Override
  public @Nullable PublicKeyCredentialUserEntity findByUsername(String username) {
    throw new UnsupportedOperationException("passkeys are found by themselves");
  }

  @Override
  public void save(PublicKeyCredentialUserEntity userEntity) {
    // an account is made otherwise
  }

  @Override
  public void delete(Bytes id) {
    // and deleted otherwise
  }
}
