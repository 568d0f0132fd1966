package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AdministrationContract.FindUsers;
import org.tanada.common.account.AdministrationContract.Lock;
import org.tanada.common.account.AdministrationContract.People;
import org.tanada.common.account.AdministrationContract.Person;
import org.tanada.common.account.AdministrationContract.SearchUsers;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Users, their roles and locks; so the first administrator is made. */
@Command(
    name = "users",
    description = "Shows users, newest first; finds them, gives and takes roles, locks accounts.",
    subcommands = {
      UsersCommand.Find.class,
      UsersCommand.Search.class,
      UsersCommand.Grant.class,
      UsersCommand.Take.class,
      UsersCommand.LockOne.class,
      UsersCommand.UnlockOne.class
    })
public final class UsersCommand extends Operation {
  private static final String PATH = "/v1/administration";

  @Mixin private final PageOptions page = new PageOptions();

  @Override
  public Integer call() throws Exception {
    People people =
        new RouterClient(launcher(), "auth")
            .ask(PATH + "/users", new FindUsers(null, page.limit(), page.before()), People.class);
    show(this, people);
    if (people.next() != null) {
      say("more: ./tanada users --before " + people.next());
    }
    return DONE;
  }

  private static void show(Operation command, People people) {
    command.answer(people);
    Table table = new Table(List.of("ID", "NAME", "E-MAIL", "ROLES", "STATE", "SINCE"), List.of());
    for (Person person : people.users()) {
      table.row(
          List.of(
              Long.toString(person.id()),
              person.username(),
              person.email(),
              String.join(",", person.roles()),
              person.state(),
              person.createdAt().toString()),
          "");
    }
    table.lines().forEach(command::say);
  }

  /** The one who has this user name, e-mail address or id. */
  static Person find(RouterClient client, String name) throws IOException {
    return client.ask(PATH + "/users", new FindUsers(name, 1, null), People.class).users().stream()
        .findFirst()
        .orElseThrow(() -> new OperatorException("nobody is called " + name));
  }

  /** What is done with one user, who is named. */
  abstract static class WithUser extends Operation {
    @Parameters(index = "0", paramLabel = "NAME", description = "User name, e-mail address or id.")
    private String name = "";

    Person person() throws IOException {
      return find(client(), name);
    }

    RouterClient client() throws IOException {
      return new RouterClient(launcher(), "auth");
    }

    Person lock(boolean locked) throws IOException {
      Person person =
          client()
              .ask(PATH + "/locks", new Lock(Actor.OPERATOR, person().id(), locked), Person.class);
      answer(person);
      return person;
    }

    int change(String role, boolean give) throws IOException {
      Person person =
          client()
              .ask(
                  PATH + "/roles",
                  new ChangeRole(Actor.OPERATOR, person().id(), role, give),
                  Person.class);
      answer(person);
      say(
          "%s has the roles %s now, and signs in anew"
              .formatted(person.username(), String.join(", ", person.roles())));
      return DONE;
    }
  }

  /** Finds one. */
  @Command(name = "find", description = "Finds a user by user name, e-mail address or id.")
  static final class Find extends WithUser {
    @Override
    public Integer call() throws Exception {
      show(this, new People(List.of(person()), null));
      return DONE;
    }
  }

  /** Searches by a part of a name. */
  @Command(
      name = "search",
      description =
          "Searches for users by a part of a user name or of a name to show, newest first.")
  static final class Search extends Operation {
    @Parameters(index = "0", paramLabel = "PART", description = "At least two characters.")
    private String part = "";

    @Mixin private final PageOptions page = new PageOptions();

    @Override
    public Integer call() throws Exception {
      People people =
          new RouterClient(launcher(), "auth")
              .ask(
                  PATH + "/users/searches",
                  new SearchUsers(part, page.limit(), page.before()),
                  People.class);
      show(this, people);
      if (people.next() != null) {
        say(
            "one search looks at %d accounts; older ones: ./tanada users search %s --before %d"
                .formatted(AdministrationContract.MAX_SEARCHED, part, people.next()));
      }
      return DONE;
    }
  }

  /** Gives a role. */
  @Command(
      name = "grant",
      description = "Gives a role: seller, moderator or administrator. The user signs in anew.")
  static final class Grant extends WithUser {
    @Parameters(index = "1", paramLabel = "ROLE", description = "Which.")
    private String role = "";

    @Override
    public Integer call() throws Exception {
      return change(role, true);
    }
  }

  /** Takes a role. */
  @Command(name = "take", description = "Takes a role. The user signs in anew.")
  static final class Take extends WithUser {
    @Parameters(index = "1", paramLabel = "ROLE", description = "Which.")
    private String role = "";

    @Override
    public Integer call() throws Exception {
      return change(role, false);
    }
  }

  /** Locks an account. */
  @Command(name = "lock", description = "Ends all that is open, and lets nobody sign in.")
  static final class LockOne extends WithUser {
    @Override
    public Integer call() throws Exception {
      say(lock(true).username() + " is locked, and signed out everywhere");
      return DONE;
    }
  }

  /** Unlocks an account. */
  @Command(name = "unlock", description = "Lets a locked user sign in again.")
  static final class UnlockOne extends WithUser {
    @Override
    public Integer call() throws Exception {
      say(lock(false).username() + " can sign in again");
      return DONE;
    }
  }
}
