package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.FactorsView;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.Moment;
import org.tanada.app.page.view.PasskeyView;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.FactorService;
import org.tanada.app.session.PasskeyService;
import org.tanada.app.session.ProviderService;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.FactorsContract.Enrolment;
import org.tanada.common.account.FactorsContract.Factors;
import org.tanada.common.account.FactorsContract.RecoveryCodes;
import org.tanada.common.account.PasskeysContract.Passkey;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The own passkeys and second factor: an app that shows codes, and recovery codes. */
@RestController
@RequestMapping("/me/factors")
final class FactorsPageController {
  private static final String PATH = "/me/factors";
  private static final String URI = "otpauth://totp/";
  private static final int MAX_URI = 300;

  private final Pages pages;
  private final FactorService factors;
  private final PasskeyService passkeys;
  private final ProviderService providers;
  private final InstantSource clock;

  FactorsPageController(
      Pages pages,
      FactorService factors,
      PasskeyService passkeys,
      ProviderService providers,
      InstantSource clock) {
    this.pages = pages;
    this.factors = factors;
    this.passkeys = passkeys;
    this.providers = providers;
    this.clock = clock;
  }

  @GetMapping
  ResponseEntity<byte[]> show(
      @RequestParam(required = false) @Nullable String notice, HttpServletRequest request) {
    Identity user = CurrentUser.required();
    Factors found = factors.of(user);
    FactorsView view =
        new FactorsView(
            providers.ways(user).password(),
            found.totpSince() == null ? null : Moment.of(found.totpSince(), clock.instant()),
            found.recoveryCodes());
    return pages.own(
        page(
                user,
                "factors",
                "Passkeys and second step",
                Map.of(
                    "factors",
                    view,
                    "passkeys",
                    passkeys.of(user).stream().map(this::view).toList(),
                    "offered",
                    passkeys.offered(request)))
            .saying(Notices.find(notice)));
  }

  private PasskeyView view(Passkey passkey) {
    Instant now = clock.instant();
    Instant used = passkey.lastUsedAt();
    return new PasskeyView(
        Long.toString(passkey.id()),
        passkey.name(),
        Moment.of(passkey.createdAt(), now),
        used == null ? null : Moment.of(used, now));
  }

  @PostMapping("/enrolments")
  ResponseEntity<byte[]> begin() {
    Identity user = CurrentUser.required();
    Enrolment begun;
    try {
      begun = factors.begin(user);
    } catch (ProblemException e) {
      return elsewhere(e);
    }
    return pages.own(enrolling(user, begun.uri(), form(begun.ticket(), begun.uri())));
  }

  /** The address that the app reads comes along, so that a wrong code does not cost the picture. */
  @PostMapping("/totp")
  ResponseEntity<byte[]> confirm(
      @RequestParam(defaultValue = "") String ticket,
      @RequestParam(defaultValue = "") String uri,
      @RequestParam(defaultValue = "") String code) {
    Identity user = CurrentUser.required();
    try {
      return codes(user, factors.confirm(user, ticket, code));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.WRONG_CODE && uri.startsWith(URI) && uri.length() <= MAX_URI) {
        Form wrong = Forms.again(form(ticket, uri), e);
        return pages.own(Forms.status(e), enrolling(user, uri, wrong));
      }
      return elsewhere(e);
    }
  }

  @PostMapping("/recovery-codes")
  ResponseEntity<byte[]> newCodes() {
    Identity user = CurrentUser.required();
    return codes(user, factors.newCodes(user));
  }

  @PostMapping("/totp/end")
  ResponseEntity<byte[]> end() {
    factors.end(CurrentUser.required());
    return Pages.seeOther(PATH + "?notice=factor-off");
  }

  private static ResponseEntity<byte[]> elsewhere(ProblemException e) {
    return switch (e.code()) {
      case CONFLICT -> Pages.seeOther(PATH + "?notice=factor-there");
      case INVALID_FLOW, WRONG_CODE -> Pages.seeOther(PATH + "?notice=too-late");
      default -> throw e;
    };
  }

  private ResponseEntity<byte[]> codes(Identity user, RecoveryCodes codes) {
    return pages.own(
        page(user, "recovery-codes", "Recovery codes", Map.of("codes", codes.codes())));
  }

  private static Page enrolling(Identity user, String uri, Form form) {
    QrCode picture = QrCode.of(uri);
    return page(
        user,
        "enrolment",
        "Set up an app",
        Map.of(
            "form", form,
            "path", picture.path(),
            "size", picture.size(),
            "secret", groups(secret(uri))));
  }

  private static String secret(String uri) {
    List<String> secret =
        UriComponentsBuilder.fromUriString(uri).build().getQueryParams().get("secret");
    return secret == null || secret.isEmpty() ? "" : secret.getFirst();
  }

  /** In groups of four, as people read it out. */
  private static String groups(String secret) {
    return secret.replaceAll("(.{4})(?!$)", "$1 ");
  }

  private static Form form(String ticket, String uri) {
    return Form.of(Map.of("ticket", ticket, "uri", uri, "code", ""));
  }

  private static Page page(
      Identity user, String template, String title, Map<String, Object> parts) {
    return Page.own(template, title, Section.PROFILE, Views.visitor(user), parts);
  }
}
