package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.tanada.app.config.AppProperties;
import org.tanada.app.content.Content;
import org.tanada.app.content.FileType;
import org.tanada.app.export.ExportService;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Form;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.NewPassword;
import org.tanada.app.session.SessionCookies;
import org.tanada.app.session.SessionService;
import org.tanada.app.user.Account;
import org.tanada.app.user.ProfileChange;
import org.tanada.app.user.UserService;
import org.tanada.app.web.Ids;
import org.tanada.app.web.IfMatch;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The own profile, the own sessions, taking all of it away, and leaving. */
@RestController
final class ProfilePageController {
  private final Pages pages;
  private final ProfilePage page;
  private final UserService users;
  private final SessionService sessions;
  private final SessionCookies cookies;
  private final HintCookie hint;
  private final AppProperties limits;
  private final ExportService exports;

  ProfilePageController(
      Pages pages,
      ProfilePage page,
      UserService users,
      SessionService sessions,
      SessionCookies cookies,
      HintCookie hint,
      AppProperties limits,
      ExportService exports) {
    this.pages = pages;
    this.page = page;
    this.users = users;
    this.sessions = sessions;
    this.cookies = cookies;
    this.hint = hint;
    this.limits = limits;
    this.exports = exports;
  }

  @GetMapping("/me")
  ResponseEntity<byte[]> me(@RequestParam(required = false) @Nullable String notice) {
    Identity user = CurrentUser.required();
    Account account = users.me(user);
    return pages.own(page.of(user, account, Map.of()).saying(Notices.find(notice)));
  }

  @PostMapping("/me")
  ResponseEntity<byte[]> change(
      @RequestParam(defaultValue = "") String displayName,
      @RequestParam(defaultValue = "") String bio,
      @RequestParam(defaultValue = "0") long version,
      HttpServletRequest request) {
    Identity user = CurrentUser.required();
    String text = bio.replace("\r\n", "\n"); // forms are sent with CRLF, which would count twice
    try {
      users.change(user, IfMatch.version(version), new ProfileChange(displayName, text));
    } catch (ProblemException e) {
      Account now = users.me(user);
      Form typed = ProfilePage.profile(displayName, text, now.version());
      return pages.own(Forms.status(e), with(user, now, "form", Forms.again(typed, e)));
    }
    cookies.forget(request); // the session knows the name
    return Pages.seeOther("/me?notice=profile-saved");
  }

  @PostMapping("/me/avatar")
  ResponseEntity<byte[]> avatar(@RequestParam(required = false) @Nullable MultipartFile avatar)
      throws IOException {
    Identity user = CurrentUser.required();
    try {
      MultipartFile file = Forms.chosen(avatar);
      try (InputStream body = file.getInputStream()) {
        users.avatar(
            user,
            Content.open(
                FileType.IMAGES,
                limits.maxAvatarSize(),
                file.getContentType(),
                body,
                file.getSize()));
      }
    } catch (ProblemException e) {
      Form wrong = Forms.file(ProfilePage.NO_FORM, "avatar", e);
      return pages.own(Forms.status(e), with(user, users.me(user), "avatar", wrong));
    }
    return Pages.seeOther("/me?notice=avatar-saved");
  }

  @PostMapping("/me/password")
  ResponseEntity<byte[]> password(
      @RequestParam(defaultValue = "") String current,
      @RequestParam(defaultValue = "") String next,
      HttpServletRequest request,
      HttpServletResponse response) {
    Identity user = CurrentUser.required();
    try {
      sessions.changePassword(user, new NewPassword(current, next), request, response);
    } catch (ProblemException e) {
      ProblemException shown =
          e.code() == ProblemCode.INVALID_CREDENTIALS
              ? ProblemException.invalid("current", "is not your present password")
              : e;
      Form wrong = Forms.again(ProfilePage.PASSWORD, shown);
      return pages.own(Forms.status(shown), with(user, users.me(user), "password", wrong));
    }
    return Pages.seeOther("/me?notice=password-changed");
  }

  @PostMapping("/me/sessions/{id}/end")
  ResponseEntity<byte[]> endSession(@PathVariable String id) {
    sessions.end(CurrentUser.required(), Ids.ofPath(id));
    return Pages.seeOther("/me?notice=session-ended");
  }

  @PostMapping("/me/sessions/end")
  ResponseEntity<byte[]> signOutEverywhere(
      HttpServletRequest request, HttpServletResponse response) {
    sessions.signOutEverywhere(CurrentUser.required(), request, response);
    hint.clear(request, response);
    return Pages.seeOther("/sign-in?notice=signed-out-everywhere");
  }

  @PostMapping("/me/export")
  void export(HttpServletResponse response) throws IOException {
    exports.send(CurrentUser.required(), response);
  }

  @PostMapping("/me/deletion")
  ResponseEntity<byte[]> leave(
      @RequestParam(defaultValue = "") String confirmation,
      HttpServletRequest request,
      HttpServletResponse response) {
    Identity user = CurrentUser.required();
    if (!confirmation.strip().equalsIgnoreCase(user.username())) {
      ProblemException wrong =
          ProblemException.invalid("confirmation", "is not your user name; nothing is deleted");
      return pages.own(
          Forms.status(wrong),
          with(user, users.me(user), "removal", Forms.again(ProfilePage.CONFIRMATION, wrong)));
    }
    users.leave(user, IfMatch.ANY);
    cookies.clear(request, response);
    hint.clear(request, response);
    return Pages.seeOther("/sign-in?notice=account-deleted");
  }

  private Page with(Identity user, Account account, String name, Form form) {
    return page.with(user, account, name, form);
  }
}
