package org.tanada.app.page;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.page.view.Device;
import org.tanada.app.page.view.Moment;
import org.tanada.app.page.view.Person;
import org.tanada.app.page.view.SessionView;
import org.tanada.app.page.view.Visitor;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.user.Account;
import org.tanada.app.user.Profile;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.Session;

/** Turns what the shop's features know into what templates show. */
@Component
final class Views {
  private final InstantSource clock;

  Views(InstantSource clock) {
    this.clock = clock;
  }

  /** Who makes this request. */
  static Visitor visitor() {
    return CurrentUser.get().map(Views::visitor).orElseGet(Visitor.SignedOut::new);
  }

  static Visitor visitor(Identity user) {
    return new Visitor.SignedIn(Long.toString(user.userId()), user.displayName());
  }

  Moment moment(Instant time) {
    return Moment.of(time, clock.instant());
  }

  Person person(Profile profile) {
    return person(
        profile.id(),
        profile.username(),
        profile.displayName(),
        profile.bio(),
        profile.avatarUrl(),
        profile.createdAt());
  }

  Person person(Account account) {
    return person(
        account.id(),
        account.username(),
        account.displayName(),
        account.bio(),
        account.avatarUrl(),
        account.createdAt());
  }

  SessionView session(Session session, Identity user) {
    Long current = user.sessionId();
    return new SessionView(
        Long.toString(session.id()),
        Device.of(session.userAgent()),
        session.network() == null ? "" : session.network(),
        moment(session.lastUsedAt()),
        current != null && current == session.id());
  }

  private Person person(
      long id,
      String username,
      String name,
      String bio,
      @Nullable String avatarUrl,
      Instant since) {
    String portrait = avatarUrl == null ? "/portraits/" + id + ".svg" : avatarUrl;
    return new Person(Long.toString(id), username, name, bio, portrait, moment(since));
  }
}
