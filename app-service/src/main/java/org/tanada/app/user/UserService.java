package org.tanada.app.user;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.tanada.app.content.Content;
import org.tanada.app.content.Files;
import org.tanada.app.content.Pictures;
import org.tanada.app.data.Seen;
import org.tanada.app.data.ShopRows;
import org.tanada.app.deletion.Deletions;
import org.tanada.app.edge.Purger;
import org.tanada.app.session.FreshProof;
import org.tanada.app.web.Checks;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.IfMatch;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.Role;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/** Users as the API and the pages see them. */
@Service
public class UserService {
  private static final Logger log = LoggerFactory.getLogger(UserService.class);

  /** Where pictures are stored. */
  public static final String PURPOSE = "profiles";

  private static final int ATTEMPTS = 5;

  private final ShopRows rows;
  private final AccountsContract accounts;
  private final Files files;
  private final Pictures pictures;
  private final IdGenerator ids;
  private final Purger purger;
  private final Checks checks;
  private final Deletions deletions;
  private final FreshProof fresh;

  UserService(
      ShopRows rows,
      AccountsContract accounts,
      Files files,
      Pictures pictures,
      IdGenerator ids,
      Purger purger,
      Checks checks,
      Deletions deletions,
      FreshProof fresh) {
    this.rows = rows;
    this.accounts = accounts;
    this.files = files;
    this.pictures = pictures;
    this.ids = ids;
    this.purger = purger;
    this.checks = checks;
    this.deletions = deletions;
    this.fresh = fresh;
  }

  /**
   * Signs up.
   *
   * @throws ProblemException {@code email-taken}, {@code username-taken}, {@code validation-failed}
   */
  public Account signUp(NewUser user, IdempotencyKey key) {
    checks.valid(user);
    AccountsContract.SignedUp done =
        accounts.signUp(
            new AccountsContract.SignUp(
                String.valueOf(user.email()),
                String.valueOf(user.username()),
                String.valueOf(user.displayName()).strip(),
                String.valueOf(user.password()),
                key.chosen() ? key.text() : null));
    Seen.wrote(done.token());
    return rows.find(UserRow.TABLE, done.userId())
        .map(Account::of)
        .orElseThrow(() -> gone("The new account cannot be read yet."));
  }

  /** A public profile. */
  public Optional<Profile> find(long userId) {
    return rows.find(UserRow.TABLE, userId).filter(user -> user.value().stays()).map(Profile::of);
  }

  /** A public profile by user name, in any case. */
  public Optional<Profile> find(String username) {
    if (!username.matches("[A-Za-z0-9_-]{3,30}")) {
      return Optional.empty();
    }
    return rows.resolve("username", username.toLowerCase(Locale.ROOT)).flatMap(this::find);
  }

  /** Public profiles by id; those that do not exist are left out. */
  public Map<Long, Profile> findAll(List<Long> userIds) {
    Map<Long, Profile> profiles = new LinkedHashMap<>();
    rows.findAll(UserRow.TABLE, userIds)
        .forEach((id, row) -> {
          if (row.value().stays()) {
            profiles.put(id, Profile.of(row));
          }
        });
    return profiles;
  }

  /**
   * The own account.
   *
   * @throws ProblemException {@code invalid-token} if the account has ended and a token lives on
   */
  public Account me(Identity user) {
    return rows.find(UserRow.TABLE, user.userId())
        .filter(row -> row.value().stays())
        .map(Account::of)
        .orElseThrow(() -> gone("The account has ended."));
  }

  /**
   * Changes the own profile.
   *
   * @throws ProblemException {@code version-mismatch}, {@code validation-failed}
   */
  public Account change(Identity user, IfMatch ifMatch, ProfileChange change) {
    checks.valid(change);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    if (change.displayName() != null) {
      values.put("displayName", change.displayName().strip());
    }
    if (change.bio() != null) {
      values.put("bio", change.bio().strip());
    }
    Stored<UserRow> now = now(user);
    ifMatch.check(now.version());
    if (values.isEmpty()) {
      return Account.of(now);
    }
    Write write = Write.update(UserRow.TABLE, user.userId(), now.version(), values);
    Account changed = Account.of(ShopRows.only(UserRow.TABLE, rows.commit(user.userId(), write)));
    purger.userChanged(user.userId());
    if (change.displayName() != null) {
      tellOtherServers(user);
    }
    return changed;
  }

  /** Sessions carry the name. If nobody can be told, other servers show the old one a little. */
  private void tellOtherServers(Identity user) {
    try {
      accounts.profileChanged(user.userId());
    } catch (ProblemException e) {
      log.warn("other servers could not be told of a changed profile", e);
    }
  }

  /**
   * Replaces the own avatar by the picture, drawn anew in two sizes; the old one is deleted.
   *
   * @throws ProblemException what {@link Pictures#draw} says of the picture
   */
  public Account avatar(Identity user, Content picture) {
    Pictures.Squares drawn = pictures.draw(picture);
    long large = ids.nextBeside(user.userId());
    long small = ids.nextBeside(user.userId());
    Account changed =
        files.store(
            user.userId(),
            PURPOSE,
            large,
            drawn.large(),
            first ->
                files.store(
                    user.userId(),
                    PURPOSE,
                    small,
                    drawn.small(),
                    second -> Account.of(point(user, first, second))));
    purger.userChanged(user.userId());
    return changed;
  }

  /**
   * Ends the account. What is left to do when this returns is done in the background.
   *
   * @throws ProblemException {@code version-mismatch}; {@code conflict} for an administrator, who
   *     has to give up that role first; {@code proof-required}
   */
  public void leave(Identity user, IfMatch ifMatch) {
    if (user.roles().contains(Role.ADMINISTRATOR.id())) { // auth-service refuses as well, but later
      throw new ProblemException(
          ProblemCode.CONFLICT,
          "An administrator's account is not deleted: give up the role first.");
    }
    fresh.require(user);
    Stored<UserRow> now = now(user);
    ifMatch.check(now.version());
    deletions.begin(user.userId());
  }

  private static List<Long> pictures(UserRow row) {
    return Stream.of(row.avatarId(), row.avatarSmallId()).filter(Objects::nonNull).toList();
  }

  private Stored<UserRow> point(Identity user, Files.Fresh large, Files.Fresh small) {
    for (int attempt = 1; ; attempt++) {
      Stored<UserRow> now = now(user);
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      values.put("avatarId", large.blob().id());
      values.put("avatarSmallId", small.blob().id());
      List<Long> replaced = pictures(now.value());
      List<Write> writes = new ArrayList<>();
      writes.add(Write.update(UserRow.TABLE, user.userId(), now.version(), values));
      writes.add(large.named());
      writes.add(small.named());
      replaced.forEach(picture -> writes.add(Files.unnamed(PURPOSE, picture)));
      try {
        Stored<UserRow> changed =
            ShopRows.only(UserRow.TABLE, rows.commit(user.userId(), writes.toArray(Write[]::new)));
        replaced.forEach(picture -> files.drop(user.userId(), PURPOSE, picture));
        return changed;
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.VERSION_MISMATCH || attempt == ATTEMPTS) {
          throw e; // else somebody changed another field: read again
        }
      }
    }
  }

  private Stored<UserRow> now(Identity user) {
    return rows.findNow(UserRow.TABLE, user.userId())
        .filter(row -> row.value().stays())
        .orElseThrow(() -> gone("The account has ended."));
  }

  private static ProblemException gone(String detail) {
    return new ProblemException(ProblemCode.INVALID_TOKEN, detail);
  }
}
