package org.tanada.deploy.command;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AccessContract.Wanted;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ends sessions and tokens in an emergency. */
@Command(
    name = "revoke",
    description =
        "Ends all sessions and tokens of a user, or those of one sign-in, on every server.")
public final class RevokeCommand extends Operation {
  @Option(names = "--user", paramLabel = "ID", description = "Everything of this user.")
  private @Nullable Long user;

  @Option(
      names = "--session",
      paramLabel = "ID",
      description = "This session, or the tokens that have this id as their sid.")
  private @Nullable Long session;

  @Override
  public Integer call() throws Exception {
    if ((user == null) == (session == null)) {
      throw new OperatorException("say which: ./tanada revoke --user ID, or --session ID");
    }
    new RouterClient(launcher(), "auth").tell("/v1/access/revocations", new Wanted(user, session));
    say(
        user == null
            ? "sign-in " + session + " is over"
            : "user " + user + " is signed out everywhere");
    answer(Map.of(user == null ? "session" : "user", user == null ? session : user));
    return DONE;
  }
}
