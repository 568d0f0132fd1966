package org.tanada.app.session;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.tanada.common.account.AccountsContract.Identity;

/** A verified user in Spring Security's terms: the roles are authorities {@code ROLE_…}. */
final class SignedIn extends AbstractAuthenticationToken {
  private static final long serialVersionUID = 1L;

  private final transient Identity identity;
  private final transient @Nullable Long signInId;

  /**
   * A user.
   *
   * @param signInId the session, or the sign-in that the token follows from; null if it names none
   */
  SignedIn(Identity identity, @Nullable Long signInId) {
    super(
        AuthorityUtils.createAuthorityList(
            identity.roles().stream().map(role -> "ROLE_" + role).toList()));
    this.identity = identity;
    this.signInId = signInId;
    setAuthenticated(true);
  }

  @Nullable Long signInId() {
    return signInId;
  }

  @Override
  public Identity getPrincipal() {
    return identity;
  }

  @Override
  public Object getCredentials() {
    return ""; // not kept once verified
  }

  @Override
  public String getName() {
    return Long.toString(identity.userId());
  }
}
