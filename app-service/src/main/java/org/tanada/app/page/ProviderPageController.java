package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.ProviderService;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.ProvidersContract.EndedFlow;

/** Signing in by an outside provider: the way there, the way back, and word of a sign-out there. */
@RestController
final class ProviderPageController {
  private final ProviderService providers;
  private final HintCookie hint;

  ProviderPageController(ProviderService providers, HintCookie hint) {
    this.providers = providers;
    this.hint = hint;
  }

  @GetMapping("/sign-in/with/{provider}")
  ResponseEntity<byte[]> begin(
      @PathVariable String provider,
      @RequestParam(required = false) @Nullable String next,
      @RequestParam(defaultValue = "false") boolean again,
      HttpServletRequest request,
      HttpServletResponse response) {
    String target = Next.safe(next, "");
    if (CurrentUser.get().isPresent() && !again) {
      return Pages.seeOther(Next.orProfile(target));
    }
    Optional<String> elsewhere = providers.elsewhere(request);
    return Pages.seeOther(
        elsewhere.isPresent()
            ? elsewhere.get()
            : providers.begin(provider, target, again, request, response));
  }

  @GetMapping("/sign-in/with/{provider}/callback")
  ResponseEntity<byte[]> end(
      @PathVariable String provider, HttpServletRequest request, HttpServletResponse response) {
    EndedFlow ended = providers.end(provider, request, response);
    OpenedSession session = ended.session();
    if (session == null) {
      return Pages.seeOther("/me?notice=linked");
    }
    hint.set(request, response, session.session().expiresAt());
    String target = Next.safe(ended.next(), "");
    if (!target.isEmpty()) {
      return Pages.seeOther(target);
    }
    return Pages.seeOther(ended.created() ? "/me?notice=welcome" : "/me");
  }

  /** OpenID Connect Back-Channel Logout 1.0, 2.5: called by the provider, not by a browser. */
  @PostMapping(
      path = "/sign-in/with/{provider}/backchannel-logout",
      consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
  ResponseEntity<Void> backChannelLogout(
      @PathVariable String provider,
      @RequestParam(name = "logout_token", defaultValue = "") String logoutToken) {
    providers.backChannelLogout(provider, logoutToken);
    return ResponseEntity.ok().header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }
}
