package org.tanada.common.account;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * What users may do with all that is known of them, as auth-service offers it to the app servers,
 * which have asked for a fresh proof before.
 */
@HttpExchange("/v1/users/{userId}")
public interface PersonalDataContract {
  /**
   * Keeps the wish of a user to be deleted, in the transaction that locks the account for good, and
   * ends all sessions and tokens. The work itself follows: {@link AccountsContract#deleteUser} has
   * this service's part. Nothing if there is no such user, or the wish is kept already. {@code
   * conflict} for an administrator, who has to give up that role first.
   */
  @PostExchange("/deletion")
  void beginDeletion(@PathVariable("userId") long userId);

  /**
   * All that this service keeps about a user, without secrets. {@code not-found}; {@code
   * too-many-requests} if it was asked for often lately.
   */
  @PostExchange("/export")
  Held export(@PathVariable("userId") long userId);

  /**
   * Records by their kind.
   *
   * @param kinds name of the kind, for example {@code sessions}, to its records
   */
  record Held(Map<String, List<Object>> kinds) {
    public Held {
      Map<String, List<Object>> copy = new LinkedHashMap<>();
      kinds.forEach((kind, records) -> copy.put(kind, List.copyOf(records)));
      kinds = copy;
    }

    @Override
    public String toString() {
      return "Held" + kinds.keySet();
    }
  }
}
