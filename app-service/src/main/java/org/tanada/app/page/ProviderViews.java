package org.tanada.app.page;

import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import org.tanada.app.page.view.ProviderView;
import org.tanada.app.page.view.WaysView;
import org.tanada.app.session.ProviderService;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.ProvidersContract.Link;
import org.tanada.common.account.ProvidersContract.OfferedProvider;
import org.tanada.common.account.ProvidersContract.Ways;

/** Outside providers as templates show them. */
@Component
final class ProviderViews {
  private final ProviderService providers;

  ProviderViews(ProviderService providers) {
    this.providers = providers;
  }

  /** Those to sign in by, coming back to what was asked for. */
  List<ProviderView> offered(String next) {
    return providers.offered().stream()
        .map(provider ->
            new ProviderView(
                provider.name(),
                provider.title(),
                Pages.address(path(provider.name()), "next", Forms.optional(next))))
        .toList();
  }

  /** How the user can sign in. */
  WaysView ways(Identity user) {
    Ways ways = providers.ways(user);
    return new WaysView(
        ways.password(),
        ways.links().stream().map(ProviderViews::link).toList(),
        providers.offered().stream()
            .filter(provider -> !linked(ways, provider))
            .map(provider ->
                new ProviderView(provider.name(), provider.title(), path(provider.name())))
            .toList());
  }

  private static boolean linked(Ways ways, OfferedProvider provider) {
    return ways.links().stream().anyMatch(link -> link.provider().equals(provider.name()));
  }

  private static WaysView.LinkView link(Link link) {
    String again =
        UriComponentsBuilder.fromPath(path(link.provider()))
            .queryParam("again", true)
            .queryParam("next", "/me")
            .build()
            .toUriString();
    return new WaysView.LinkView(
        Long.toString(link.id()), link.title(), link.label() == null ? "" : link.label(), again);
  }

  private static String path(String provider) {
    return "/sign-in/with/" + provider;
  }
}
