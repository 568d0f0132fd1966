package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.tanada.common.account.AccessContract.KeyId;
import org.tanada.common.account.AccessContract.KeyState;
import org.tanada.common.account.AccessContract.Keys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The keys that sign access tokens. */
@Command(
    name = "keys",
    description = {
      "Shows the keys that sign access tokens; rotates and revokes them.",
      "Those by which services know each other: ./tanada keys services."
    },
    subcommands = {KeysCommand.Rotate.class, KeysCommand.Revoke.class, ServiceKeysCommand.class})
public final class KeysCommand extends Operation {
  private static final String PATH = "/v1/access/keys";

  @Override
  public Integer call() throws Exception {
    return show(this, new RouterClient(launcher(), "auth").ask(PATH, null, Keys.class));
  }

  private static Keys ask(Operation command, String path, Object body) throws IOException {
    return new RouterClient(command.launcher(), "auth").ask(PATH + path, body, Keys.class);
  }

  private static int show(Operation command, Keys keys) {
    command.answer(keys);
    Table table = new Table(List.of("KEY", "ALGORITHM", "STATE", "SINCE"), List.of());
    for (KeyState key : keys.keys()) {
      table.row(List.of(key.kid(), key.algorithm(), key.state(), key.since().toString()), "");
    }
    table.lines().forEach(command::say);
    return DONE;
  }

  /** Lets the next key sign. */
  @Command(
      name = "rotate",
      description =
          "Lets the key that stands by sign from now on. What the one before has signed stays"
              + " good.")
  static final class Rotate extends Operation {
    @Override
    public Integer call() throws Exception {
      Keys keys = ask(this, "/rotations", Map.of());
      say("tokens are signed with " + keys.keys().getFirst().kid() + " now");
      return show(this, keys);
    }
  }

  /** Refuses what a key has signed. */
  @Command(
      name = "revoke",
      description =
          "Refuses from now on all that a key has signed: whoever has such a token must refresh"
              + " it.")
  static final class Revoke extends Operation {
    @Parameters(paramLabel = "KID", description = "Its id, as ./tanada keys shows it.")
    private String kid = "";

    @Override
    public Integer call() throws Exception {
      Keys keys = ask(this, "/revocations", new KeyId(kid));
      say("tokens of " + kid + " are refused on every server within some seconds");
      return show(this, keys);
    }
  }
}
