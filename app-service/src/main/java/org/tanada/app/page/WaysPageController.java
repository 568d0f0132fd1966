package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.ProviderService;
import org.tanada.app.user.UserService;
import org.tanada.app.web.Ids;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemException;

/** The ways to sign in to the own account: linking identities at providers, and unlinking them. */
@RestController
final class WaysPageController {
  private final Pages pages;
  private final ProfilePage page;
  private final ProviderService providers;
  private final UserService users;

  WaysPageController(Pages pages, ProfilePage page, ProviderService providers, UserService users) {
    this.pages = pages;
    this.page = page;
    this.providers = providers;
    this.users = users;
  }

  /**
   * Answers with a page that leads on to the provider: browsers hold a redirect after a form
   * against {@code form-action}, which names nobody but us.
   */
  @PostMapping("/me/ways")
  ResponseEntity<byte[]> link(
      @RequestParam(defaultValue = "") String provider,
      @RequestParam(defaultValue = "") String password,
      HttpServletRequest request,
      HttpServletResponse response) {
    Identity user = CurrentUser.required();
    String location;
    try {
      location = providers.beginLink(user, provider, Forms.optional(password), request, response);
    } catch (ProblemException e) {
      return switch (e.code()) {
        case INVALID_CREDENTIALS ->
            again(user, ProblemException.invalid("password", "is not your present password"));
        case PROOF_REQUIRED, CONFLICT -> again(user, e);
        default -> throw e;
      };
    }
    return pages.own(
        Page.own(
            "onward",
            "On to the provider",
            Section.PROFILE,
            Views.visitor(user),
            Map.of("location", location)));
  }

  @PostMapping("/me/ways/{id}/end")
  ResponseEntity<byte[]> unlink(@PathVariable String id) {
    providers.unlink(CurrentUser.required(), Ids.ofPath(id));
    return Pages.seeOther("/me?notice=unlinked");
  }

  private ResponseEntity<byte[]> again(Identity user, ProblemException e) {
    Form wrong =
        e.errors().isEmpty()
            ? ProfilePage.LINK.with(List.of(), e.getMessage())
            : Forms.again(ProfilePage.LINK, e);
    return pages.own(Forms.status(e), page.with(user, users.me(user), "link", wrong));
  }
}
