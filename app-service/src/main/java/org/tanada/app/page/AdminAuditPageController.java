package org.tanada.app.page;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.AuditView;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.PageOf;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.user.Profile;
import org.tanada.app.user.UserService;
import org.tanada.app.web.Cursors;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.FindUsers;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.AuditContract.Entries;
import org.tanada.common.account.AuditContract.Entry;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.id.TanadaId;

/** The audit log, for administrators. */
@RestController
final class AdminAuditPageController {
  private static final String PATH = "/admin/audit";
  private static final int PAGE = 50;

  private final Pages pages;
  private final Views views;
  private final AuditContract audit;
  private final AdministrationContract administration;
  private final UserService users;
  private final Cursors cursors;

  AdminAuditPageController(
      Pages pages,
      Views views,
      AuditContract audit,
      AdministrationContract administration,
      UserService users,
      Cursors cursors) {
    this.pages = pages;
    this.views = views;
    this.audit = audit;
    this.administration = administration;
    this.users = users;
    this.cursors = cursors;
  }

  /**
   * A page of entries.
   *
   * @param whom name, address or id of the user whom entries concern
   * @param who of the one who did it
   * @param what see {@link What#id}
   */
  @GetMapping(PATH)
  ResponseEntity<byte[]> entries(
      @RequestParam(defaultValue = "") String whom,
      @RequestParam(defaultValue = "") String who,
      @RequestParam(defaultValue = "") String what,
      @RequestParam(required = false) @Nullable String cursor) {
    Form form = Form.of(Map.of("whom", whom, "who", who, "what", what));
    String list = String.join("\n", "audit", whom, who, what);
    Long before = cursors.decode(list, cursor);
    Long whomId = whom.isBlank() ? null : idOf(whom);
    Long whoId = who.isBlank() ? null : idOf(who);
    boolean nobody = (whomId == null && !whom.isBlank()) || (whoId == null && !who.isBlank());
    Entries found =
        nobody
            ? new Entries(List.of(), null)
            : audit.entries(new Query(whomId, whoId, What.find(what).orElse(null), PAGE, before));
    String next = cursors.encode(list, found.next());
    PageOf<AuditView> shown =
        new PageOf<>(
            views(found.entries()),
            next == null ? null : address(whom, who, what, next),
            before == null ? null : address(whom, who, what, null));
    return pages.own(
        Page.own(
            "admin-audit",
            "Audit",
            Section.AUDIT,
            Views.visitor(CurrentUser.required()),
            Map.of(
                "entries",
                shown,
                "form",
                form,
                "kinds",
                Stream.of(What.values()).map(What::id).toList())));
  }

  /** Also that of an account that is gone, whose entries stay. */
  private @Nullable Long idOf(String name) {
    long id = TanadaId.parse(name.strip());
    return administration.users(new FindUsers(name, 1, null)).users().stream()
        .map(AdministrationContract.Person::id)
        .findFirst()
        .orElse(id < 0 ? null : (Long) id);
  }

  private List<AuditView> views(List<Entry> entries) {
    Set<Long> ids = new LinkedHashSet<>();
    for (Entry entry : entries) {
      if (entry.whoId() != null) {
        ids.add(entry.whoId());
      }
      if (entry.whomId() != null) {
        ids.add(entry.whomId());
      }
    }
    Map<Long, Profile> names = users.findAll(List.copyOf(ids));
    return entries.stream().map(entry -> views.entry(entry, names)).toList();
  }

  private static String address(String whom, String who, String what, @Nullable String cursor) {
    UriComponentsBuilder address = UriComponentsBuilder.fromPath(PATH);
    Map.of("whom", whom, "who", who, "what", what)
        .forEach((name, value) -> {
          if (!value.isBlank()) {
            address.queryParam(name, "{" + name + "}");
          }
        });
    if (cursor != null) {
      address.queryParam("cursor", "{cursor}");
    }
    return address
        .encode()
        .buildAndExpand(
            Map.of("whom", whom, "who", who, "what", what, "cursor", cursor == null ? "" : cursor))
        .toUriString();
  }
}
