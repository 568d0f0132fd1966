package org.tanada.auth;

import java.net.URI;
import java.util.List;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.link.ProviderFlows;
import org.tanada.auth.link.ProviderLinks;
import org.tanada.auth.link.ProviderSignOuts;
import org.tanada.auth.provider.Providers;
import org.tanada.auth.throttle.Throttle;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.ProvidersContract;
import org.tanada.common.http.ClientAddress;

/** Signing in by outside providers over HTTP. */
@RestController
class ProvidersController implements ProvidersContract {
  private final Providers providers;
  private final ProviderFlows flows;
  private final ProviderLinks links;
  private final ProviderSignOuts signOuts;
  private final Throttle throttle;
  private final Audit audit;

  ProvidersController(
      Providers providers,
      ProviderFlows flows,
      ProviderLinks links,
      ProviderSignOuts signOuts,
      Throttle throttle,
      Audit audit) {
    this.providers = providers;
    this.flows = flows;
    this.links = links;
    this.signOuts = signOuts;
    this.throttle = throttle;
    this.audit = audit;
  }

  @Override
  public List<OfferedProvider> providers() {
    return providers.all().stream()
        .map(provider -> new OfferedProvider(provider.name(), provider.title()))
        .toList();
  }

  @Override
  public BegunFlow begin(String provider, BeginFlow begin) {
    LinkWish link = begin.link();
    return link == null
        ? flows.begin(provider, begin)
        : throttle.password(
            link.userId(), ClientAddress.current(), () -> flows.begin(provider, begin));
  }

  @Override
  public EndedFlow end(String provider, EndFlow end) {
    EndedFlow ended = flows.end(provider, end);
    OpenedSession opened = ended.session();
    Long userId = end.userId();
    if (opened != null) {
      audit.own(opened.identity().userId(), What.SIGN_IN, end.network(), "session by " + provider);
    } else if (userId != null) {
      audit.own(userId, What.IDENTITY_LINKED, end.network(), provider);
    }
    return ended;
  }

  @Override
  public void backChannelLogout(String provider, LogoutToken logoutToken) {
    signOuts.backChannel(provider, logoutToken.logoutToken());
  }

  @Override
  public ProviderSignOut providerSignOut(long userId, long sessionId, Return back) {
    return signOuts.location(userId, sessionId, URI.create(back.uri()));
  }

  @Override
  public Ways ways(long userId) {
    return links.ways(userId);
  }

  @Override
  public void unlink(long userId, long linkId) {
    links.unlink(userId, linkId);
    audit.own(userId, What.IDENTITY_UNLINKED, "link " + linkId);
  }
}
