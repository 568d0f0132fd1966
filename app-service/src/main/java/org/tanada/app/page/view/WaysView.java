package org.tanada.app.page.view;

import java.util.List;

/**
 * How somebody can sign in, and could.
 *
 * @param password whether by a password
 * @param links identities at providers
 * @param offered providers to link
 */
public record WaysView(boolean password, List<LinkView> links, List<ProviderView> offered) {
  public WaysView {
    links = List.copyOf(links);
    offered = List.copyOf(offered);
  }

  /** Whether one of the links may go: something else is left to sign in with. */
  public boolean removable() {
    return password || links.size() > 1;
  }

  /** Whether there is anything to show beside the password. */
  public boolean any() {
    return !links.isEmpty() || !offered.isEmpty();
  }

  /**
   * An identity at a provider.
   *
   * @param id of the link
   * @param title of the provider
   * @param label what the user is called there; empty if it did not say
   * @param again where to prove anew who one is
   */
  public record LinkView(String id, String title, String label, String again) {}
}
