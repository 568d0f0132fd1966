package org.tanada.auth.link;

import org.jspecify.annotations.Nullable;
import org.tanada.auth.provider.ProviderIdentity;
import org.tanada.auth.store.Secrets;
import org.tanada.common.row.Table;

/**
 * A row of {@code provider_links}: this identity is the row's owner.
 *
 * @param provider its name when the link was made
 * @param issuer who says who somebody is
 * @param subject who that is
 * @param label what they are called there; null if it did not say
 */
record LinkRow(String provider, String issuer, String subject, @Nullable String label) {
  static final Table<LinkRow> TABLE = new Table<>("provider_links", LinkRow.class);

  /** Kind of claim: an identity belongs to one link, and so to one user. */
  static final String IDENTITY = "provider-identity";

  private static final int MAX_LABEL = 80;

  static LinkRow of(String provider, ProviderIdentity identity) {
    ProviderIdentity.Profile profile = identity.profile().get();
    String label = profile.username() == null ? profile.displayName() : profile.username();
    return new LinkRow(
        provider,
        identity.issuer(),
        identity.subject(),
        label == null || label.length() <= MAX_LABEL ? label : label.substring(0, MAX_LABEL));
  }

  /** The claim's name: a digest, since both together may be longer than names are. */
  static String claim(String issuer, String subject) {
    return Secrets.digest(issuer + "\n" + subject);
  }

  String claim() {
    return claim(issuer, subject);
  }
}
