package org.tanada.app.page;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.order.Order;
import org.tanada.app.order.Sale;
import org.tanada.app.page.view.AdminUser;
import org.tanada.app.page.view.Amount;
import org.tanada.app.page.view.AuditView;
import org.tanada.app.page.view.Bytes;
import org.tanada.app.page.view.Length;
import org.tanada.app.page.view.Moment;
import org.tanada.app.page.view.OrderView;
import org.tanada.app.page.view.OwnVideo;
import org.tanada.app.page.view.Person;
import org.tanada.app.page.view.SaleView;
import org.tanada.app.page.view.SessionView;
import org.tanada.app.page.view.VideoView;
import org.tanada.app.page.view.Visitor;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.session.Device;
import org.tanada.app.user.Account;
import org.tanada.app.user.Profile;
import org.tanada.app.video.Previews;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoPreview;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.Session;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.Role;
import org.tanada.common.row.Stored;

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
    return new Visitor.SignedIn(
        Long.toString(user.userId()),
        user.displayName(),
        user.roles().contains(Role.ADMINISTRATOR.id()));
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
        profile.avatarSmallUrl(),
        profile.createdAt());
  }

  Person person(Account account) {
    return person(
        account.id(),
        account.username(),
        account.displayName(),
        account.bio(),
        account.avatarUrl(),
        account.avatarSmallUrl(),
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

  /** A video, with its seller and with what was seen in it, if they were looked up. */
  VideoView video(
      Stored<Video> video, Map<Long, Profile> sellers, Map<Long, VideoPreview> previews) {
    Video row = video.value();
    Profile seller = sellers.get(video.owner());
    VideoPreview preview = previews.get(video.id());
    Long poster = preview == null ? null : preview.posterId();
    Long millis = preview == null ? null : preview.durationMillis();
    return new VideoView(
        Long.toString(video.id()),
        row.title(),
        row.description(),
        Amount.of(row.priceMinor(), row.currency()),
        seller == null ? null : person(seller),
        row.publishedAt() == null ? null : moment(row.publishedAt()),
        poster == null
            ? "/posters/" + video.id() + ".svg"
            : Previews.posterPath(video.id(), poster),
        millis == null ? null : Length.of(millis));
  }

  OwnVideo own(Stored<Video> video, Map<Long, VideoPreview> previews) {
    Video row = video.value();
    String content =
        row.contentId() == null
            ? null
            : row.contentType()
                + (row.contentSize() == null ? "" : " · " + Bytes.say(row.contentSize()));
    String state =
        switch (row.state()) {
          case PUBLISHED -> "Published";
          case WITHDRAWN -> "Withdrawn";
          case DRAFT -> content == null ? "No file yet" : "Not published";
        };
    return new OwnVideo(
        video(video, Map.of(), previews),
        video.version(),
        state,
        row.isPublished(),
        content,
        moment(video.createdAt()));
  }

  OrderView order(Stored<Order> order) {
    Order row = order.value();
    return new OrderView(
        Long.toString(order.id()),
        Long.toString(row.videoId()),
        row.title(),
        Amount.of(row.priceMinor(), row.currency()),
        moment(order.createdAt()));
  }

  SaleView sale(Stored<Sale> sale, Map<Long, Stored<Video>> videos) {
    Sale row = sale.value();
    Stored<Video> video = videos.get(row.videoId());
    return new SaleView(
        Long.toString(row.videoId()),
        video == null ? "A deleted video" : video.value().title(),
        Amount.of(row.priceMinor(), row.currency()),
        moment(sale.createdAt()));
  }

  AdminUser user(AdministrationContract.Person person) {
    return new AdminUser(
        Long.toString(person.id()),
        person.username(),
        person.displayName(),
        person.email(),
        "/portraits/" + person.id() + ".svg",
        person.roles(),
        person.state(),
        moment(person.createdAt()));
  }

  /** An entry of the audit log; names are those that users have now. */
  AuditView entry(AuditContract.Entry entry, Map<Long, Profile> names) {
    Long whom = entry.whomId();
    boolean own = whom != null && whom.equals(entry.whoId());
    String what = entry.what().replace('-', ' ');
    return new AuditView(
        Character.toUpperCase(what.charAt(0)) + what.substring(1),
        entry.who() == null ? name(entry.whoId(), names) : entry.who(),
        whom == null || own ? null : name(whom, names),
        whom == null ? null : whom.toString(),
        moment(entry.at()),
        entry.network(),
        entry.detail(),
        entry.chain() + "/" + entry.sequence());
  }

  private static String name(@Nullable Long userId, Map<Long, Profile> names) {
    if (userId == null) {
      return "somebody";
    }
    Profile known = names.get(userId);
    return known == null ? "user " + userId : "@" + known.username();
  }

  private Person person(
      long id,
      String username,
      String name,
      String bio,
      @Nullable String avatarUrl,
      @Nullable String avatarSmallUrl,
      Instant since) {
    String drawing = "/portraits/" + id + ".svg";
    return new Person(
        Long.toString(id),
        username,
        name,
        bio,
        avatarUrl == null ? drawing : avatarUrl,
        avatarSmallUrl == null ? drawing : avatarSmallUrl,
        moment(since));
  }
}
