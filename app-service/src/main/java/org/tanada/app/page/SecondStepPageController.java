package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
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
import org.tanada.app.page.view.Visitor;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.FactorService;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The second step of signing in: the code. */
@RestController
final class SecondStepPageController {
  private final Pages pages;
  private final FactorService factors;
  private final HintCookie hint;

  SecondStepPageController(Pages pages, FactorService factors, HintCookie hint) {
    this.pages = pages;
    this.factors = factors;
    this.hint = hint;
  }

  @GetMapping("/sign-in/code")
  ResponseEntity<byte[]> ask(
      @RequestParam(required = false) @Nullable String next, HttpServletRequest request) {
    String target = Next.safe(next, "");
    if (CurrentUser.get().isPresent()) {
      return Pages.seeOther(Next.orProfile(target));
    }
    return factors.isBetween(request) ? pages.own(page(form(target))) : again(target);
  }

  @PostMapping("/sign-in/code")
  ResponseEntity<byte[]> signIn(
      @RequestParam(defaultValue = "") String code,
      @RequestParam(defaultValue = "") String next,
      HttpServletRequest request,
      HttpServletResponse response) {
    String target = Next.safe(next, "");
    try {
      OpenedSession opened = factors.signIn(code, request, response);
      hint.set(request, response, opened.session().expiresAt());
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.INVALID_FLOW) {
        return again(target);
      }
      return pages.own(Forms.status(e), page(Forms.again(form(target), e)));
    }
    return Pages.seeOther(Next.orProfile(target));
  }

  private static ResponseEntity<byte[]> again(String target) {
    return Pages.seeOther(
        Pages.address("/sign-in", "next", Forms.optional(target), "notice", "too-late"));
  }

  private static Form form(String next) {
    return Form.of(Map.of("code", "", "next", next));
  }

  private static Page page(Form form) {
    return Page.own(
        "sign-in-code",
        "Your code",
        Section.SIGN_IN,
        new Visitor.SignedOut(),
        Map.of("form", form));
  }
}
