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
import org.tanada.app.session.Credentials;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.FactorService;
import org.tanada.app.session.PasskeyService;
import org.tanada.app.session.ProviderService;
import org.tanada.app.session.SessionCookies;
import org.tanada.app.session.SessionService;
import org.tanada.app.user.Account;
import org.tanada.app.user.NewUser;
import org.tanada.app.user.UserService;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.common.account.ProvidersContract.ProviderSignOut;
import org.tanada.common.problem.ProblemException;

/** Signing up, in and out. */
@RestController
final class SignInPageController {

  private final Pages pages;
  private final UserService users;
  private final SessionService sessions;
  private final SessionCookies cookies;
  private final ProviderService providers;
  private final ProviderViews views;
  private final FactorService factors;
  private final PasskeyService passkeys;
  private final HintCookie hint;

  SignInPageController(
      Pages pages,
      UserService users,
      SessionService sessions,
      SessionCookies cookies,
      ProviderService providers,
      ProviderViews views,
      FactorService factors,
      PasskeyService passkeys,
      HintCookie hint) {
    this.pages = pages;
    this.users = users;
    this.sessions = sessions;
    this.cookies = cookies;
    this.providers = providers;
    this.views = views;
    this.factors = factors;
    this.passkeys = passkeys;
    this.hint = hint;
  }

  @GetMapping("/sign-up")
  ResponseEntity<byte[]> signUp(@RequestParam(required = false) @Nullable String next) {
    String target = Next.safe(next, "");
    if (CurrentUser.get().isPresent()) {
      return Pages.seeOther(Next.orProfile(target));
    }
    return pages.own(signUpPage(signUpForm("", "", "", target)));
  }

  @PostMapping("/sign-up")
  ResponseEntity<byte[]> signUp(
      @RequestParam(defaultValue = "") String email,
      @RequestParam(defaultValue = "") String username,
      @RequestParam(defaultValue = "") String displayName,
      @RequestParam(defaultValue = "") String password,
      @RequestParam(defaultValue = "") String next,
      @RequestParam(defaultValue = "") String key,
      HttpServletRequest request,
      HttpServletResponse response) {
    String target = Next.safe(next, "");
    try {
      Account account =
          users.signUp(
              new NewUser(email.strip(), username.strip(), displayName, password),
              IdempotencyKey.of(Forms.optional(key)));
      if (account.email().isEmpty()) { // it has none before a link in a mail is followed
        return Pages.seeOther("/sign-in?notice=sign-up-mailed");
      }
      enter(email, password, request, response);
    } catch (ProblemException e) {
      Form form = Forms.again(signUpForm(email, username, displayName, target), e);
      return pages.own(Forms.status(e), signUpPage(form));
    }
    return Pages.seeOther(target.isEmpty() ? "/me?notice=welcome" : target);
  }

  @GetMapping("/sign-in")
  ResponseEntity<byte[]> signIn(
      @RequestParam(required = false) @Nullable String next,
      @RequestParam(required = false) @Nullable String notice,
      HttpServletRequest request) {
    String target = Next.safe(next, "");
    if (CurrentUser.get().isPresent()) {
      return Pages.seeOther(Next.orProfile(target));
    }
    return pages.own(signInPage(signInForm("", target), request).saying(Notices.find(notice)));
  }

  @PostMapping("/sign-in")
  ResponseEntity<byte[]> signIn(
      @RequestParam(defaultValue = "") String email,
      @RequestParam(defaultValue = "") String password,
      @RequestParam(defaultValue = "") String next,
      HttpServletRequest request,
      HttpServletResponse response) {
    String target = Next.safe(next, "");
    try {
      enter(email, password, request, response);
    } catch (ProblemException e) {
      String ticket = e.ticket();
      if (ticket != null) {
        factors.remember(ticket, request, response);
        return Pages.seeOther(Pages.address("/sign-in/code", "next", Forms.optional(target)));
      }
      Form form = Forms.again(signInForm(email, target), e);
      return pages.own(Forms.status(e), signInPage(form, request));
    }
    return Pages.seeOther(Next.orProfile(target));
  }

  @PostMapping("/sign-out")
  ResponseEntity<byte[]> signOut(HttpServletRequest request, HttpServletResponse response) {
    ProviderSignOut there =
        CurrentUser.get().map(providers::signOut).orElse(ProviderSignOut.NOWHERE);
    CurrentUser.get()
        .ifPresentOrElse(
            user -> sessions.signOut(user, request, response),
            () -> cookies.clear(request, response));
    hint.clear(request, response);
    return there.location() == null
        ? Pages.seeOther("/sign-in?notice=signed-out")
        : pages.own(signedOutPage(there.location(), String.valueOf(there.title())));
  }

  private void enter(
      String email, String password, HttpServletRequest request, HttpServletResponse response) {
    var opened = sessions.signIn(new Credentials(email.strip(), password), request, response);
    hint.set(request, response, opened.session().expiresAt());
  }

  private static Page signUpPage(Form form) {
    return Page.own(
        "sign-up", "Sign up", Section.SIGN_UP, new Visitor.SignedOut(), Map.of("form", form));
  }

  private Page signInPage(Form form, HttpServletRequest request) {
    return Page.own(
        "sign-in",
        "Sign in",
        Section.SIGN_IN,
        new Visitor.SignedOut(),
        Map.of(
            "form",
            form,
            "providers",
            views.offered(form.value("next")),
            "passkeys",
            passkeys.offered(request)));
  }

  /** The provider still knows the browser: its user says whether it shall. */
  private static Page signedOutPage(String location, String title) {
    return Page.own(
        "signed-out",
        "Signed out",
        Section.SIGN_IN,
        new Visitor.SignedOut(),
        Map.of("location", location, "provider", title));
  }

  private static Form signUpForm(String email, String username, String displayName, String next) {
    return Form.of(
        Map.of(
            "email", email,
            "username", username,
            "displayName", displayName,
            "password", "",
            "next", next,
            "key", Forms.newKey()));
  }

  private static Form signInForm(String email, String next) {
    return Form.of(Map.of("email", email, "password", "", "next", next));
  }
}
