package org.tanada.app.session;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.tanada.common.account.AccountsContract.Identity;

/** A verified user in Spring Security's terms: the roles are authorities {@code ROLE_…}. */
final class SignedIn extends AbstractAuthenticationToken {
  private static final long serialVersionUID = 1L;

  private final transient Identity identity;

  SignedIn(Identity identity) {
    super(
        AuthorityUtils.createAuthorityList(
            identity.roles().stream().map(role -> "ROLE_" + role).toList()));
    this.identity = identity;
    setAuthenticated(true);
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
