package org.tanada.app.page;

import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.app.page.view.AddressView;
import org.tanada.app.page.view.AdminUser;
import org.tanada.app.page.view.Amount;
import org.tanada.app.page.view.AuditView;
import org.tanada.app.page.view.FactorsView;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.Length;
import org.tanada.app.page.view.Moment;
import org.tanada.app.page.view.Notice;
import org.tanada.app.page.view.OrderView;
import org.tanada.app.page.view.OwnVideo;
import org.tanada.app.page.view.PageOf;
import org.tanada.app.page.view.PasskeyView;
import org.tanada.app.page.view.Person;
import org.tanada.app.page.view.ProviderView;
import org.tanada.app.page.view.SaleView;
import org.tanada.app.page.view.SessionView;
import org.tanada.app.page.view.VideoView;
import org.tanada.app.page.view.Visitor;
import org.tanada.app.page.view.WaysView;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/** Every page with invented content, to be looked at and checked without any server. */
final class SamplePages {
  private static final Instant NOW = Instant.parse("2026-11-23T14:05:00Z");
  private static final Visitor MIO = new Visitor.SignedIn("71234567890123456", "Mio Tanaka", false);
  private static final Visitor RIN = new Visitor.SignedIn("71234567890129999", "Rin Sato", true);
  private static final List<String> CURRENCIES = List.of("USD", "EUR", "JPY");
  private static final String[] TITLES = {
    "Flooding the upper fields",
    "A year on the north slope",
    "Frogs at four in the morning",
    "How the sluice gates work",
    "Harvest by hand",
    "Stone walls without mortar, and why they still stand after four hundred winters",
    "Carp among the seedlings",
    "Rain, forty minutes",
    "The last straw sandals",
  };

  private final TemplateEngine templates;
  private final Map<String, String> pages = new LinkedHashMap<>();

  private SamplePages(TemplateEngine templates) {
    this.templates = templates;
  }

  /** HTML by a name for the file. */
  static Map<String, String> render(TemplateEngine templates) {
    SamplePages samples = new SamplePages(templates);
    samples.publicPages();
    samples.accountPages();
    samples.mailedLinkPages();
    samples.ownPages();
    samples.administrationPages();
    return samples.pages;
  }

  private void publicPages() {
    Visitor anyone = new Visitor.Anyone();
    List<VideoView> videos = videos(9);
    page(
        "home",
        "home",
        Section.HOME,
        anyone,
        null,
        Map.of("videos", new PageOf<>(videos, "/?before=1", null)));
    page(
        "home-empty",
        "home",
        Section.HOME,
        anyone,
        null,
        Map.of("videos", new PageOf<>(List.of(), null, null)));
    page("video", "video", Section.NONE, anyone, null, Map.of("video", videos.get(5)));
    page(
        "user",
        "user",
        Section.NONE,
        anyone,
        null,
        Map.of("person", person(), "videos", new PageOf<>(videos.subList(0, 4), null, null)));
    page(
        "problem",
        "problem",
        Section.NONE,
        anyone,
        null,
        Map.of("code", ProblemCode.VERSION_MISMATCH));
    page(
        "problems",
        "problems",
        Section.NONE,
        anyone,
        null,
        Map.of("codes", List.of(ProblemCode.values())));
    page(
        "error",
        "error",
        Section.NONE,
        anyone,
        null,
        Map.of(
            "status",
            404,
            "title",
            ProblemCode.NOT_FOUND.title(),
            "detail",
            ProblemCode.NOT_FOUND.advice(),
            "code",
            "not-found"));
  }

  private void accountPages() {
    Visitor nobody = new Visitor.SignedOut();
    Form empty =
        Form.of(
            Map.of(
                "email",
                "",
                "username",
                "",
                "displayName",
                "",
                "password",
                "",
                "next",
                "/me",
                "key",
                "k"));
    page("sign-up", "sign-up", Section.SIGN_UP, nobody, null, Map.of("form", empty));
    Form wrong =
        Form.of(
                Map.of(
                    "email",
                    "mio@",
                    "username",
                    "m",
                    "displayName",
                    "Mio",
                    "password",
                    "",
                    "next",
                    "/me",
                    "key",
                    "k"))
            .with(
                List.of(
                    new Problem.FieldError("email", "must be an e-mail address"),
                    new Problem.FieldError("username", "must have 3 to 30 of a-z 0-9 _ -"),
                    new Problem.FieldError("password", "must have at least 8 characters")),
                null);
    page("sign-up-wrong", "sign-up", Section.SIGN_UP, nobody, null, Map.of("form", wrong));
    page(
        "sign-in",
        "sign-in",
        Section.SIGN_IN,
        nobody,
        new Notice(true, "You are signed out."),
        Map.of(
            "form",
            empty,
            "providers",
            List.of(new ProviderView("keycloak", "Keycloak", "/sign-in/with/keycloak")),
            "passkeys",
            true));
    page(
        "signed-out",
        "signed-out",
        Section.SIGN_IN,
        nobody,
        null,
        Map.of("location", "/out", "provider", "Keycloak"));
  }

  private void mailedLinkPages() {
    Visitor nobody = new Visitor.SignedOut();
    page(
        "reset-password",
        "reset-password",
        Section.NONE,
        nobody,
        new Notice(true, "If there is an account with that address, a mail is on its way."),
        Map.of("form", Form.of(Map.of("email", ""))));
    Form password = Form.of(Map.of("token", "1.secret", "password", ""));
    page("new-password", "new-password", Section.NONE, nobody, null, Map.of("form", password));
    page(
        "new-password-wrong",
        "new-password",
        Section.NONE,
        nobody,
        null,
        Map.of(
            "form",
            password.with(
                List.of(new Problem.FieldError("password", "is too easy to guess")), null)));
    Form token = Form.of(Map.of("token", "1.secret"));
    page("verify-email", "verify-email", Section.NONE, MIO, null, Map.of("form", token));
    page(
        "verify-email-used",
        "verify-email",
        Section.NONE,
        nobody,
        null,
        Map.of("form", token.with(List.of(), ProblemCode.INVALID_LINK.advice())));
  }

  private static Map<String, Object> with(Map<String, Object> more, Object... pairs) {
    Map<String, Object> all = new LinkedHashMap<>(more);
    for (int i = 0; i < pairs.length; i += 2) {
      all.put((String) pairs[i], pairs[i + 1]);
    }
    return all;
  }

  private void ownPages() {
    VideoView video = videos(9).get(2);
    page(
        "watch",
        "watch",
        Section.NONE,
        MIO,
        null,
        Map.of("video", video, "source", "/media/videos/1", "own", true));
    page("buy", "watch", Section.NONE, MIO, null, Map.of("video", video, "buyKey", "k"));
    Form profile =
        Form.of(Map.of("displayName", "Mio Tanaka", "bio", person().bio(), "version", "3"));
    Form none = Form.of(Map.of());
    page(
        "me",
        "me",
        Section.PROFILE,
        MIO,
        new Notice(true, "Your profile is saved."),
        with(
            Map.of(
                "address",
                new AddressView("mio@example.org", false, "mio@example.net"),
                "email",
                Form.of(Map.of("email", "", "password", ""))),
            "person",
            person(),
            "form",
            profile,
            "avatar",
            none,
            "password",
            Form.of(Map.of("current", "", "next", ""))
                .with(
                    List.of(new Problem.FieldError("current", "is not your present password")),
                    null),
            "link",
            Form.of(Map.of("password", "")),
            "ways",
            new WaysView(
                true,
                List.of(
                    new WaysView.LinkView(
                        "7", "Keycloak", "mio", "/sign-in/with/keycloak?again=true&next=/me")),
                List.of(new ProviderView("github", "GitHub", "/sign-in/with/github"))),
            "removal",
            Form.of(Map.of("confirmation", "")),
            "sessions",
            List.of(
                new SessionView(
                    "1", "Firefox on Linux", "192.0.2.7", ago(Duration.ofMinutes(1)), true),
                new SessionView(
                    "2", "Safari on iPhone", "198.51.100.23", ago(Duration.ofDays(2)), false))));
    WaysView ways = new WaysView(true, List.of(), List.of());
    Form code = Form.of(Map.of("code", "", "password", "", "next", "/me"));
    page(
        "proof",
        "proof",
        Section.PROFILE,
        MIO,
        null,
        Map.of("form", code, "ways", ways, "totp", true, "passkeys", true));
    page("sign-in-code", "sign-in-code", Section.SIGN_IN, MIO, null, Map.of("form", code));
    page(
        "factors",
        "factors",
        Section.PROFILE,
        MIO,
        null,
        Map.of(
            "factors",
            new FactorsView(true, ago(Duration.ofDays(3)), 9),
            "passkeys",
            List.of(
                new PasskeyView("1", "Laptop", ago(Duration.ofDays(9)), ago(Duration.ofDays(1))),
                new PasskeyView("2", "Phone", ago(Duration.ofDays(9)), null)),
            "offered",
            true));
    page(
        "factors-none",
        "factors",
        Section.PROFILE,
        MIO,
        null,
        Map.of("factors", new FactorsView(true, null, 0), "passkeys", List.of(), "offered", false));
    page(
        "enrolment",
        "enrolment",
        Section.PROFILE,
        MIO,
        null,
        Map.of("form", code, "path", "M4 4h7v1h-7z", "size", 41, "secret", "GEZD GNBV GY3T QOJQ"));
    page(
        "recovery-codes",
        "recovery-codes",
        Section.PROFILE,
        MIO,
        null,
        Map.of("codes", List.of("abcd-efgh-ijkl-mnop", "qrst-uvwx-yz23-4567")));
    page("onward", "onward", Section.PROFILE, MIO, null, Map.of("location", "/on"));
    List<OwnVideo> own = new ArrayList<>();
    for (VideoView each : videos(4)) {
      int i = own.size();
      own.add(
          new OwnVideo(
              each,
              2,
              i % 2 == 0 ? "Published" : "Not published",
              i % 2 == 0,
              i == 3 ? null : "video/mp4 · 12 MB",
              ago(Duration.ofDays(3L * i + 1))));
    }
    page(
        "my-videos",
        "my-videos",
        Section.VIDEOS,
        MIO,
        null,
        Map.of(
            "videos",
            new PageOf<>(own, null, null),
            "sales",
            new PageOf<>(
                List.of(
                    new SaleView("1", TITLES[0], Amount.of(450, "USD"), ago(Duration.ofMinutes(9))),
                    new SaleView("1", TITLES[0], Amount.of(450, "USD"), ago(Duration.ofDays(9)))),
                null,
                null)));
    page(
        "my-videos-empty",
        "my-videos",
        Section.VIDEOS,
        MIO,
        null,
        Map.of(
            "videos",
            new PageOf<OwnVideo>(List.of(), null, null),
            "sales",
            new PageOf<SaleView>(List.of(), null, null)));
    Form details =
        Form.of(
            Map.of(
                "title",
                TITLES[1],
                "description",
                video.description(),
                "price",
                "4.50",
                "currency",
                "USD",
                "version",
                "2",
                "key",
                "k"));
    page(
        "edit-video",
        "edit-video",
        Section.VIDEOS,
        MIO,
        null,
        Map.of("own", own.get(1), "form", details, "file", none, "currencies", CURRENCIES));
    page(
        "orders",
        "orders",
        Section.ORDERS,
        MIO,
        null,
        Map.of(
            "orders",
            new PageOf<>(
                List.of(
                    new OrderView(
                        "9",
                        "81234567890123456",
                        TITLES[5],
                        Amount.of(1200, "EUR"),
                        ago(Duration.ofHours(5))),
                    new OrderView(
                        "8",
                        "91234567890123456",
                        TITLES[7],
                        Amount.of(600, "JPY"),
                        ago(Duration.ofDays(40)))),
                null,
                null)));
    page(
        "orders-empty",
        "orders",
        Section.ORDERS,
        MIO,
        null,
        Map.of("orders", new PageOf<OrderView>(List.of(), null, null)));
    page(
        "upload",
        "upload",
        Section.UPLOAD,
        MIO,
        null,
        Map.of("form", details, "currencies", CURRENCIES));
    page("invoice-wait", "invoice-wait", Section.ORDERS, MIO, null, Map.of("orderId", "9"));
  }

  private void administrationPages() {
    List<AdminUser> users =
        List.of(
            admin("mio", "Mio Tanaka", List.of("customer", "seller"), "active"),
            admin("rin", "Rin Sato", List.of("customer", "moderator", "administrator"), "active"),
            admin("mallory", "Mallory", List.of("customer"), "locked"));
    page(
        "admin-users",
        "admin-users",
        Section.ADMINISTRATION,
        RIN,
        null,
        Map.of(
            "users",
            new PageOf<>(users, "/admin/users?cursor=1", null),
            "form",
            Form.of(Map.of("name", "")),
            "searched",
            2000));
    page(
        "admin-users-none",
        "admin-users",
        Section.ADMINISTRATION,
        RIN,
        null,
        Map.of(
            "users",
            new PageOf<AdminUser>(List.of(), null, null),
            "form",
            Form.of(Map.of("name", "nobody")),
            "searched",
            2000));
    page(
        "admin-users-none-yet",
        "admin-users",
        Section.ADMINISTRATION,
        RIN,
        null,
        Map.of(
            "users",
            new PageOf<AdminUser>(List.of(), "/admin/users?name=no&cursor=1", null),
            "form",
            Form.of(Map.of("name", "no")),
            "searched",
            2000));
    for (AdminUser user : users) {
      page(
          "admin-user-" + user.username(),
          "admin-user",
          Section.ADMINISTRATION,
          RIN,
          null,
          Map.of(
              "user",
              user,
              "roles",
              List.of("seller", "moderator", "administrator"),
              "sessions",
              user.locked()
                  ? List.of()
                  : List.of(
                      new SessionView(
                          "1",
                          "Firefox on Linux",
                          "192.0.2.0/24",
                          ago(Duration.ofMinutes(1)),
                          false))));
    }
    page(
        "admin-audit",
        "admin-audit",
        Section.AUDIT,
        RIN,
        null,
        Map.of(
            "entries",
            new PageOf<>(
                List.of(
                    new AuditView(
                        "Role given",
                        "@rin",
                        "@mio",
                        "71234567890123456",
                        ago(Duration.ofMinutes(3)),
                        "192.0.2.0/24",
                        "moderator",
                        "7/23"),
                    new AuditView(
                        "Sign in failed",
                        "somebody",
                        "@mio",
                        "71234567890123456",
                        ago(Duration.ofHours(3)),
                        null,
                        "57 more within a minute",
                        "7/22"),
                    new AuditView(
                        "Key rotated",
                        "operator",
                        null,
                        null,
                        ago(Duration.ofDays(3)),
                        null,
                        null,
                        "0/4")),
                null,
                "/admin/audit"),
            "form",
            Form.of(Map.of("whom", "mio", "who", "", "what", "role-given")),
            "kinds",
            List.of("sign-in", "role-given")));
    page(
        "admin-audit-none",
        "admin-audit",
        Section.AUDIT,
        RIN,
        null,
        Map.of(
            "entries",
            new PageOf<AuditView>(List.of(), null, null),
            "form",
            Form.of(Map.of("whom", "", "who", "", "what", "")),
            "kinds",
            List.of("sign-in")));
  }

  private static AdminUser admin(String username, String name, List<String> roles, String state) {
    return new AdminUser(
        "71234567890123456",
        username,
        name,
        username + "@example.org",
        "/portraits/71234567890123456.svg",
        roles,
        state,
        ago(Duration.ofDays(40)));
  }

  private void page(
      String name,
      String template,
      Section section,
      Visitor visitor,
      @Nullable Notice notice,
      Map<String, Object> model) {
    Map<String, Object> all = new LinkedHashMap<>(model);
    all.put(
        "frame",
        new Frame("Sample", "A sample page.", section, visitor, notice, file -> "static/" + file));
    StringOutput out = new StringOutput();
    templates.render(template + ".jte", all, out);
    pages.put(name, out.toString());
  }

  private static List<VideoView> videos(int count) {
    List<VideoView> videos = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      videos.add(
          new VideoView(
              Long.toString(81234567890123456L + i * 7919L),
              TITLES[i % TITLES.length],
              "Every spring the village opens the gate at the top.\n\nThe water takes nine hours"
                  + " to reach the lowest field. This is what happens on the way, without a word.",
              i % 4 == 1 ? Amount.of(0, "USD") : Amount.of(250L + 200L * i, "USD"),
              person(),
              ago(Duration.ofHours(7L * i + 1)),
              "/posters/%d.svg".formatted(81234567890123456L + i * 7919L),
              i % 3 == 2 ? null : Length.of(95_000L * (i + 1) * (i + 1))));
    }
    return videos;
  }

  private static Person person() {
    return new Person(
        "71234567890123456",
        "mio",
        "Mio Tanaka",
        "Grows rice on the north slope and films it when the hands are free.",
        "/portraits/71234567890123456.svg",
        "/portraits/71234567890123456.svg",
        ago(Duration.ofDays(12)));
  }

  private static Moment ago(Duration distance) {
    return Moment.of(NOW.minus(distance), NOW);
  }
}
