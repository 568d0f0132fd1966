package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.AdminUser;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.PageOf;
import org.tanada.app.page.view.SessionView;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.FreshProof;
import org.tanada.app.web.Cursors;
import org.tanada.app.web.FrontDoor;
import org.tanada.app.web.Ids;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AdministrationContract.Detail;
import org.tanada.common.account.AdministrationContract.EndSessions;
import org.tanada.common.account.AdministrationContract.FindUsers;
import org.tanada.common.account.AdministrationContract.Lock;
import org.tanada.common.account.AdministrationContract.People;
import org.tanada.common.account.AdministrationContract.SearchUsers;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The users of all, for administrators: to be found, to be given roles, signed out and locked. */
@RestController
@RequestMapping("/admin")
final class AdminUsersPageController {
  private static final String PATH = "/admin/users";
  private static final int PAGE = 25;

  /** What a user can be given and lose. */
  private static final List<String> ROLES =
      List.of(Role.SELLER.id(), Role.MODERATOR.id(), Role.ADMINISTRATOR.id());

  private final Pages pages;
  private final Views views;
  private final AdministrationContract administration;
  private final Cursors cursors;
  private final FreshProof fresh;

  AdminUsersPageController(
      Pages pages,
      Views views,
      AdministrationContract administration,
      Cursors cursors,
      FreshProof fresh) {
    this.pages = pages;
    this.views = views;
    this.administration = administration;
    this.cursors = cursors;
    this.fresh = fresh;
  }

  @GetMapping
  ResponseEntity<byte[]> start() {
    return Pages.seeOther(PATH);
  }

  @GetMapping("/users")
  ResponseEntity<byte[]> users(
      @RequestParam(required = false) @Nullable String name,
      @RequestParam(required = false) @Nullable String cursor) {
    String wanted = Forms.optional(name);
    String list = wanted == null ? "all users" : "users?name=" + wanted;
    Long before = cursors.decode(list, cursor);
    People found = find(wanted, before);
    String next = cursors.encode(list, found.next());
    PageOf<AdminUser> users =
        new PageOf<>(
            found.users().stream().map(views::user).toList(),
            next == null ? null : Pages.address(PATH, "name", wanted, "cursor", next),
            before == null ? null : Pages.address(PATH, "name", wanted));
    return pages.own(
        page(
            "admin-users",
            "Users",
            Map.of(
                "users",
                users,
                "form",
                Form.of(Map.of("name", wanted == null ? "" : wanted)),
                "searched",
                AdministrationContract.MAX_SEARCHED)));
  }

  /** All, or the one who is called so, or those with this part in a name. */
  private People find(@Nullable String name, @Nullable Long before) {
    if (name == null) {
      return administration.users(new FindUsers(null, PAGE, before));
    }
    if (before == null) {
      People one = administration.users(new FindUsers(name, PAGE, null));
      if (!one.users().isEmpty() || name.length() < AdministrationContract.MIN_PART) {
        return one;
      }
    }
    return name.length() > AdministrationContract.MAX_PART
        ? new People(List.of(), null)
        : administration.search(new SearchUsers(name, PAGE, before));
  }

  @GetMapping("/users/{id}")
  ResponseEntity<byte[]> user(
      @PathVariable String id, @RequestParam(required = false) @Nullable String notice) {
    Detail detail = administration.user(Ids.ofPath(id));
    Identity viewer = CurrentUser.required();
    List<SessionView> open =
        detail.sessions().stream().map(session -> views.session(session, viewer)).toList();
    return pages.own(
        page(
                "admin-user",
                detail.person().displayName(),
                Map.of("user", views.user(detail.person()), "roles", ROLES, "sessions", open))
            .saying(Notices.find(notice)));
  }

  @PostMapping("/users/{id}/roles")
  ResponseEntity<byte[]> role(
      @PathVariable String id,
      @RequestParam(defaultValue = "") String role,
      @RequestParam(defaultValue = "false") boolean give,
      HttpServletRequest request) {
    long userId = Ids.ofPath(id);
    fresh.require(CurrentUser.required());
    try {
      administration.changeRole(new ChangeRole(actor(request), userId, role, give));
    } catch (ProblemException e) {
      return conflict(e, userId, "last-administrator");
    }
    return changed(userId, "roles-changed");
  }

  @PostMapping("/users/{id}/lock")
  ResponseEntity<byte[]> lock(
      @PathVariable String id,
      @RequestParam(defaultValue = "true") boolean locked,
      HttpServletRequest request) {
    long userId = Ids.ofPath(id);
    fresh.require(CurrentUser.required());
    try {
      administration.lock(new Lock(actor(request), userId, locked));
    } catch (ProblemException e) {
      return conflict(e, userId, "not-an-administrator");
    }
    return changed(userId, locked ? "locked" : "unlocked");
  }

  @PostMapping("/users/{id}/sessions/{session}/end")
  ResponseEntity<byte[]> endSession(
      @PathVariable String id, @PathVariable String session, HttpServletRequest request) {
    long userId = Ids.ofPath(id);
    administration.endSessions(new EndSessions(actor(request), userId, Ids.ofPath(session)));
    return see(userId, "sessions-ended");
  }

  @PostMapping("/users/{id}/sessions/end")
  ResponseEntity<byte[]> endSessions(@PathVariable String id, HttpServletRequest request) {
    long userId = Ids.ofPath(id);
    administration.endSessions(new EndSessions(actor(request), userId, null));
    return changed(userId, "sessions-ended");
  }

  /** Whoever did it to themselves is signed out by it. */
  private static ResponseEntity<byte[]> changed(long userId, String notice) {
    return CurrentUser.required().userId() == userId
        ? Pages.seeOther("/sign-in?notice=signed-out-everywhere")
        : see(userId, notice);
  }

  private static ResponseEntity<byte[]> conflict(ProblemException e, long userId, String notice) {
    if (e.code() != ProblemCode.CONFLICT) {
      throw e;
    }
    return see(userId, notice);
  }

  private static ResponseEntity<byte[]> see(long userId, String notice) {
    return Pages.seeOther(PATH + "/" + userId + "?notice=" + notice);
  }

  private static Actor actor(HttpServletRequest request) {
    return new Actor(CurrentUser.required().userId(), FrontDoor.client(request));
  }

  private static Page page(String template, String title, Map<String, Object> parts) {
    return Page.own(
        template, title, Section.ADMINISTRATION, Views.visitor(CurrentUser.required()), parts);
  }
}
