package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.PasskeyService;
import org.tanada.app.web.Ids;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.problem.ProblemException;

/**
 * Passkeys in pages: a small script fetches a challenge, asks the browser, and sends its answer as
 * a form.
 */
@RestController
final class PasskeyPageController {
  private static final String FACTORS = "/me/factors";

  private final PasskeyService passkeys;
  private final HintCookie hint;

  PasskeyPageController(PasskeyService passkeys, HintCookie hint) {
    this.passkeys = passkeys;
    this.hint = hint;
  }

  @PostMapping("/sign-in/passkey/challenge")
  ResponseEntity<String> challenge(HttpServletRequest request, HttpServletResponse response) {
    return options(passkeys.challenge(request, response));
  }

  @PostMapping("/sign-in/passkey")
  ResponseEntity<byte[]> signIn(
      @RequestParam(defaultValue = "") String credential,
      @RequestParam(defaultValue = "") String next,
      HttpServletRequest request,
      HttpServletResponse response) {
    String target = Next.safe(next, "");
    try {
      OpenedSession opened = passkeys.signIn(credential, request, response);
      hint.set(request, response, opened.session().expiresAt());
    } catch (ProblemException e) {
      return again("/sign-in", target, e);
    }
    return Pages.seeOther(Next.orProfile(target));
  }

  @PostMapping("/me/proof/passkey")
  ResponseEntity<byte[]> prove(
      @RequestParam(defaultValue = "") String credential,
      @RequestParam(defaultValue = "") String next,
      HttpServletRequest request,
      HttpServletResponse response) {
    String target = Next.safe(next, "/me");
    try {
      passkeys.prove(CurrentUser.required(), credential, request, response);
    } catch (ProblemException e) {
      return again("/me/proof", target, e);
    }
    return Pages.seeOther(Pages.address(target, "notice", "proved"));
  }

  @PostMapping("/me/passkeys/challenge")
  ResponseEntity<String> creation(HttpServletRequest request, HttpServletResponse response) {
    return options(passkeys.challenge(CurrentUser.required(), request, response));
  }

  @PostMapping("/me/passkeys")
  ResponseEntity<byte[]> add(
      @RequestParam(defaultValue = "") String name,
      @RequestParam(defaultValue = "") String credential,
      HttpServletRequest request,
      HttpServletResponse response) {
    String called = name.isBlank() ? "Passkey" : name.strip();
    try {
      passkeys.add(
          CurrentUser.required(),
          called.substring(0, Math.min(called.length(), PasskeysContract.MAX_NAME)),
          credential,
          request,
          response);
    } catch (ProblemException e) {
      return again(FACTORS, "", e);
    }
    return Pages.seeOther(FACTORS + "?notice=passkey-added");
  }

  @PostMapping("/me/passkeys/{id}/end")
  ResponseEntity<byte[]> remove(@PathVariable String id) {
    passkeys.remove(CurrentUser.required(), Ids.ofPath(id));
    return Pages.seeOther(FACTORS + "?notice=passkey-removed");
  }

  private static ResponseEntity<String> options(String options) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CACHE_CONTROL, PageHeaders.PRIVATE)
        .body(options);
  }

  private static ResponseEntity<byte[]> again(String path, String next, ProblemException e) {
    String notice =
        switch (e.code()) {
          case INVALID_FLOW -> "too-late";
          case PASSKEY_REFUSED, CONFLICT, MALFORMED_REQUEST -> "passkey-refused";
          case ACCOUNT_LOCKED -> "account-locked";
          case ACCOUNT_DELETED -> "account-leaving";
          default -> throw e;
        };
    return Pages.seeOther(Pages.address(path, "next", Forms.optional(next), "notice", notice));
  }
}
