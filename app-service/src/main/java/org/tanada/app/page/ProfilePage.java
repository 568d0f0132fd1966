package org.tanada.app.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.AddressView;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.SessionView;
import org.tanada.app.session.EmailService;
import org.tanada.app.session.SessionService;
import org.tanada.app.user.Account;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.EmailContract.Address;

/** The page of the own profile, with its forms empty, or as one of them was sent. */
@Component
final class ProfilePage {
  static final Form NO_FORM = Form.of(Map.of());
  static final Form PASSWORD = Form.of(Map.of("current", "", "next", ""));
  static final Form EMAIL = Form.of(Map.of("email", "", "password", ""));
  static final Form LINK = Form.of(Map.of("password", ""));
  static final Form CONFIRMATION = Form.of(Map.of("confirmation", ""));

  private final Views views;
  private final ProviderViews ways;
  private final SessionService sessions;
  private final EmailService emails;

  ProfilePage(Views views, ProviderViews ways, SessionService sessions, EmailService emails) {
    this.views = views;
    this.ways = ways;
    this.sessions = sessions;
    this.emails = emails;
  }

  /** The page with one of its forms as it was sent. */
  Page with(Identity user, Account account, String name, Form form) {
    return of(user, account, Map.of(name, form));
  }

  /** The page. */
  Page of(Identity user, Account account, Map<String, Form> sent) {
    List<SessionView> open =
        sessions.sessions(user).stream().map(session -> views.session(session, user)).toList();
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("person", views.person(account));
    parts.put("form", profile(account));
    parts.put("avatar", NO_FORM);
    parts.put("password", PASSWORD);
    parts.put("address", address(user));
    parts.put("email", EMAIL);
    parts.put("link", LINK);
    parts.put("removal", CONFIRMATION);
    parts.put("sessions", open);
    parts.put("ways", ways.ways(user));
    parts.putAll(sent);
    return Page.own("me", "Profile", Section.PROFILE, Views.visitor(user), parts);
  }

  private AddressView address(Identity user) {
    Address address = emails.address(user);
    return new AddressView(address.email(), address.verifiedAt() != null, address.pending());
  }

  private static Form profile(Account account) {
    return profile(account.displayName(), account.bio(), account.version());
  }

  /** The form of the profile. */
  static Form profile(String displayName, String bio, long version) {
    return Form.of(
        Map.of("displayName", displayName, "bio", bio, "version", Long.toString(version)));
  }
}
