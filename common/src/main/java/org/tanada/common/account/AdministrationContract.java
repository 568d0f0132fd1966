package org.tanada.common.account;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What administrators and operators do with the accounts of others, as auth-service offers it.
 * Whatever changes something stands in the audit log before it is done, and is not done if that
 * cannot be written ({@code unavailable}).
 */
@HttpExchange("/v1/administration")
public interface AdministrationContract {
  /** Longest page of users. */
  int MAX_PAGE = 100;

  /** Fewest characters of a part to search for. */
  int MIN_PART = 2;

  /** Most characters of it. */
  int MAX_PART = 80;

  /** How many accounts one search looks at. */
  int MAX_SEARCHED = 2000;

  /** Users, newest first, or the one that is called so. */
  @PostExchange("/users")
  People users(@RequestBody FindUsers find);

  /**
   * Users in whose user name or name to show the part is, newest first. Names are not in the order
   * in which a shard could find parts of them, so this looks at the newest {@value #MAX_SEARCHED}
   * accounts, and says where to go on. {@code validation-failed} of {@code part}.
   */
  @PostExchange("/users/searches")
  People search(@RequestBody SearchUsers search);

  /** A user and their live sessions; {@code not-found}. */
  @GetExchange("/users/{userId}")
  Detail user(@PathVariable("userId") long userId);

  /**
   * Gives or takes a role, and signs the user out everywhere: roles count for whatever begins after
   * it. What is so already stays, and nobody is signed out. {@code not-found}, {@code forbidden} if
   * the actor is no administrator, {@code conflict} if it is the last administrator's, {@code
   * validation-failed} of {@code role}.
   */
  @PostExchange("/roles")
  Person changeRole(@RequestBody ChangeRole change);

  /**
   * Locks an account, which ends all its sessions and tokens, or unlocks it. {@code not-found},
   * {@code forbidden}, {@code conflict} if it is an administrator's.
   */
  @PostExchange("/locks")
  Person lock(@RequestBody Lock lock);

  /**
   * Ends one session of a user, or all sessions and tokens. {@code not-found}, {@code forbidden}.
   */
  @PostExchange("/sessions/ends")
  void endSessions(@RequestBody EndSessions end);

  /** Puts an act into the audit log that an app server is about to do. {@code unavailable}. */
  @PostExchange("/acts")
  void record(@RequestBody Act act);

  /**
   * Who does it.
   *
   * @param userId an administrator or moderator; null for the operator, at the command line
   * @param network address of their client; null if unknown. Only its network is kept
   */
  record Actor(@Nullable Long userId, @Nullable String network) {
    /** Whoever may call services: by the command line. */
    public static final Actor OPERATOR = new Actor(null, null);
  }

  /**
   * Which users.
   *
   * @param name user name, e-mail address or id, in any case; null for all
   * @param limit 1 to {@value #MAX_PAGE}
   * @param before only users with a smaller id; null for the first page
   */
  record FindUsers(@Nullable String name, int limit, @Nullable Long before) {}

  /**
   * A search.
   *
   * @param part of a user name or of a name to show, in any case, {@value #MIN_PART} to {@value
   *     #MAX_PART} characters
   * @param limit 1 to {@value #MAX_PAGE}
   * @param before only users with a smaller id; null to begin with the newest
   */
  record SearchUsers(String part, int limit, @Nullable Long before) {}

  /**
   * A page of users.
   *
   * @param users newest first
   * @param next the {@code before} of the next page; null if this is the last. Of a search there
   *     may be a next page behind an empty one
   */
  record People(List<Person> users, @Nullable Long next) {
    public People {
      users = List.copyOf(users);
    }
  }

  /**
   * An account as administrators see it.
   *
   * @param id of the user
   * @param email address
   * @param username user name
   * @param displayName name to show
   * @param roles for example {@code customer}
   * @param state {@code active}, {@code locked} or {@code deleted} (on its way out)
   * @param createdAt when they signed up
   */
  record Person(
      long id,
      String email,
      String username,
      String displayName,
      List<String> roles,
      String state,
      Instant createdAt) {
    public Person {
      roles = List.copyOf(roles);
    }
  }

  /**
   * One user.
   *
   * @param person the account
   * @param sessions live ones, newest first
   */
  record Detail(Person person, List<AccountsContract.Session> sessions) {
    public Detail {
      sessions = List.copyOf(sessions);
    }
  }

  /**
   * A role to give or to take.
   *
   * @param by who does it
   * @param userId whose
   * @param role see {@link Role#id}
   * @param give whether to give it
   */
  record ChangeRole(Actor by, long userId, String role, boolean give) {}

  /**
   * An account to lock or unlock.
   *
   * @param by who does it
   * @param userId whose
   * @param locked whether it shall be locked
   */
  record Lock(Actor by, long userId, boolean locked) {}

  /**
   * Sessions to end.
   *
   * @param by who does it
   * @param userId whose
   * @param sessionId one of them; null for all, and all tokens
   */
  record EndSessions(Actor by, long userId, @Nullable Long sessionId) {}

  /**
   * An act of an app server.
   *
   * @param by who does it
   * @param what see {@link AuditContract.What}
   * @param userId whom it concerns
   * @param detail for example the id of the video, at most 200 characters
   */
  record Act(Actor by, AuditContract.What what, long userId, @Nullable String detail) {}
}
