package org.tanada.deploy.drill;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;

/**
 * Holds a ledger against what the system says now: is every acknowledged write there, as it was
 * acknowledged?
 */
final class PromiseChecker {
  private final ShopClient shop;
  private final String password;
  private final Map<String, String> tokens = new HashMap<>();

  /**
   * Checks through this client.
   *
   * @param password of the accounts in the ledger, whose tokens may have expired meanwhile
   */
  PromiseChecker(ShopClient shop, String password) {
    this.shop = shop;
    this.password = password;
  }

  /** The promises that were broken, each with its evidence; empty if all held. */
  List<String> check(Ledger ledger) {
    List<String> broken = new ArrayList<>(ledger.broken());
    List<String> lost = new ArrayList<>();
    for (Ledger.Acknowledged write : ledger.writes()) {
      String what = look(write).words();
      if (!what.isEmpty()) {
        lost.add(what);
      }
    }
    Evidence.add(broken, lost, "acknowledged writes are lost or changed");
    return broken;
  }

  /** How a write is found now. */
  enum State {
    /** As it was acknowledged. */
    THERE,
    /** The system says that it does not exist. */
    ABSENT,
    /** Changed, or nobody can tell. */
    OTHER
  }

  /**
   * What was found.
   *
   * @param words empty if it is there
   */
  record Seen(State state, String words) {}

  /** Looks for a write. */
  Seen look(Ledger.Acknowledged write) {
    try {
      Answer answer = shop.get(write.path(), token(write));
      if (answer.status() != 200) {
        return new Seen(
            answer.status() == 404 ? State.ABSENT : State.OTHER,
            write.path() + " answers " + answer.status());
      }
      JsonNode field = answer.json().get(write.field());
      String found = field == null ? "nothing" : field.asString();
      return found.equals(write.value())
          ? new Seen(State.THERE, "")
          : new Seen(
              State.OTHER,
              write.path()
                  + ": "
                  + write.field()
                  + " is "
                  + found
                  + " instead of "
                  + write.value());
    } catch (IOException e) {
      return new Seen(State.OTHER, write.path() + " cannot be read: " + e.getMessage());
    }
  }

  private String token(Ledger.Acknowledged write) throws IOException {
    String email = write.account().email();
    String known = tokens.get(email);
    if (known == null) {
      known = shop.token(email, password);
      tokens.put(email, known);
    }
    return known;
  }
}
