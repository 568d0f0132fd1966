package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.FactorService;
import org.tanada.app.session.PasskeyService;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Asks who somebody is before they do something dangerous, and leads them back to it. */
@RestController
final class ProofPageController {
  private final Pages pages;
  private final FactorService factors;
  private final PasskeyService passkeys;
  private final ProviderViews ways;

  ProofPageController(
      Pages pages, FactorService factors, PasskeyService passkeys, ProviderViews ways) {
    this.pages = pages;
    this.factors = factors;
    this.passkeys = passkeys;
    this.ways = ways;
  }

  @GetMapping("/me/proof")
  ResponseEntity<byte[]> ask(
      @RequestParam(required = false) @Nullable String next,
      @RequestParam(required = false) @Nullable String notice,
      HttpServletRequest request) {
    return pages.own(
        page(CurrentUser.required(), form(Next.safe(next, "/me")), request)
            .saying(Notices.find(notice)));
  }

  @PostMapping("/me/proof")
  ResponseEntity<byte[]> prove(
      @RequestParam(defaultValue = "") String password,
      @RequestParam(defaultValue = "") String code,
      @RequestParam(defaultValue = "") String next,
      HttpServletRequest request) {
    Identity user = CurrentUser.required();
    String target = Next.safe(next, "/me");
    try {
      if (password.isEmpty() && code.isEmpty()) {
        throw ProblemException.invalid("password", "is required, or a code");
      }
      factors.prove(user, Forms.optional(password), Forms.optional(code), request);
    } catch (ProblemException e) {
      ProblemException shown =
          e.code() == ProblemCode.INVALID_CREDENTIALS
              ? ProblemException.invalid("password", "is not your password")
              : e;
      return pages.own(Forms.status(shown), page(user, Forms.again(form(target), shown), request));
    }
    return Pages.seeOther(Pages.address(target, "notice", "proved"));
  }

  private Page page(Identity user, Form form, HttpServletRequest request) {
    return Page.own(
        "proof",
        "Is it you?",
        Section.PROFILE,
        Views.visitor(user),
        Map.of(
            "form",
            form,
            "ways",
            ways.ways(user),
            "totp",
            factors.of(user).totp(),
            "passkeys",
            passkeys.offered(request) && !passkeys.of(user).isEmpty()));
  }

  private static Form form(String next) {
    return Form.of(Map.of("password", "", "code", "", "next", next));
  }
}
