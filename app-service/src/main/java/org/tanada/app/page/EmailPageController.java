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
import org.tanada.app.page.view.Visitor;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.EmailService;
import org.tanada.app.user.UserService;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.EmailContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * What is done by mailed links, and the own address. A link opens a page; only its button uses the
 * link up, since programs that look for harm open links as well.
 */
@RestController
final class EmailPageController {
  private final Pages pages;
  private final ProfilePage profile;
  private final EmailService emails;
  private final UserService users;

  EmailPageController(Pages pages, ProfilePage profile, EmailService emails, UserService users) {
    this.pages = pages;
    this.profile = profile;
    this.emails = emails;
    this.users = users;
  }

  @GetMapping("/reset-password")
  ResponseEntity<byte[]> forgotten(@RequestParam(required = false) @Nullable String notice) {
    return pages.own(forgottenPage(emailForm("")).saying(Notices.find(notice)));
  }

  /** The same answer whether there is such an account or not. */
  @PostMapping("/reset-password")
  ResponseEntity<byte[]> ask(
      @RequestParam(defaultValue = "") String email, HttpServletRequest request) {
    try {
      emails.requestReset(email.strip(), request);
    } catch (ProblemException e) {
      return pages.own(Forms.status(e), forgottenPage(Forms.again(emailForm(email), e)));
    }
    return Pages.seeOther("/reset-password?notice=reset-asked");
  }

  @GetMapping(EmailContract.RESET_PAGE)
  ResponseEntity<byte[]> reset(@RequestParam(defaultValue = "") String token) {
    return pages.own(newPasswordPage(passwordForm(token)));
  }

  @PostMapping(EmailContract.RESET_PAGE)
  ResponseEntity<byte[]> reset(
      @RequestParam(defaultValue = "") String token,
      @RequestParam(defaultValue = "") String password,
      HttpServletRequest request) {
    try {
      emails.resetPassword(token, password, request);
    } catch (ProblemException e) {
      return pages.own(Forms.status(e), newPasswordPage(Forms.again(passwordForm(token), e)));
    }
    return Pages.seeOther("/sign-in?notice=password-reset");
  }

  @GetMapping(EmailContract.VERIFY_PAGE)
  ResponseEntity<byte[]> verify(@RequestParam(defaultValue = "") String token) {
    return pages.own(verifyPage(tokenForm(token)));
  }

  @PostMapping(EmailContract.VERIFY_PAGE)
  ResponseEntity<byte[]> verify(
      @RequestParam(defaultValue = "") String token, HttpServletRequest request) {
    String notice;
    try {
      notice = emails.verify(token, request).changed() ? "email-changed" : "email-verified";
    } catch (ProblemException e) {
      ProblemException shown =
          e.code() == ProblemCode.EMAIL_TAKEN
              ? new ProblemException(
                  ProblemCode.CONFLICT, "Another account has this address: nothing is changed.")
              : e;
      return pages.own(Forms.status(shown), verifyPage(Forms.again(tokenForm(token), shown)));
    }
    String page = CurrentUser.get().isPresent() ? "/me" : "/sign-in";
    return Pages.seeOther(page + "?notice=" + notice);
  }

  @PostMapping("/me/email")
  ResponseEntity<byte[]> change(
      @RequestParam(defaultValue = "") String email,
      @RequestParam(defaultValue = "") String password,
      HttpServletRequest request) {
    Identity user = CurrentUser.required();
    try {
      emails.change(user, email.strip(), password, request);
    } catch (ProblemException e) {
      ProblemException shown =
          e.code() == ProblemCode.INVALID_CREDENTIALS
              ? ProblemException.invalid("password", "is not your present password")
              : e;
      Form typed = Form.of(Map.of("email", email, "password", ""));
      return pages.own(
          Forms.status(shown),
          profile.with(user, users.me(user), "email", Forms.again(typed, shown)));
    }
    return Pages.seeOther("/me?notice=email-asked");
  }

  @PostMapping("/me/email/verification")
  ResponseEntity<byte[]> sendVerification() {
    Identity user = CurrentUser.required();
    try {
      emails.sendVerification(user);
    } catch (ProblemException e) {
      return switch (e.code()) {
        case TOO_MANY_REQUESTS -> Pages.seeOther("/me?notice=enough-mails");
        case CONFLICT -> Pages.seeOther("/me?notice=changed");
        default -> throw e;
      };
    }
    return Pages.seeOther("/me?notice=verification-sent");
  }

  private static Page forgottenPage(Form form) {
    return page("reset-password", "Forgot your password?", Map.of("form", form));
  }

  private static Page newPasswordPage(Form form) {
    return page("new-password", "Set a new password", Map.of("form", form));
  }

  private static Page verifyPage(Form form) {
    return page("verify-email", "Verify your e-mail address", Map.of("form", form));
  }

  private static Page page(String template, String title, Map<String, Object> model) {
    Visitor visitor =
        CurrentUser.get().<Visitor>map(Views::visitor).orElseGet(Visitor.SignedOut::new);
    return Page.own(template, title, Section.NONE, visitor, model);
  }

  private static Form emailForm(String email) {
    return Form.of(Map.of("email", email));
  }

  private static Form passwordForm(String token) {
    return Form.of(Map.of("token", token, "password", ""));
  }

  private static Form tokenForm(String token) {
    return Form.of(Map.of("token", token));
  }
}
