package org.tanada.auth.account;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.Errand;
import org.tanada.auth.mail.Letters;
import org.tanada.auth.mail.MailedLinks;
import org.tanada.auth.mail.MailedLinks.Issued;
import org.tanada.auth.mail.MailedLinks.Purpose;
import org.tanada.auth.mail.Outbox;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.Secrets;
import org.tanada.auth.store.User;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Mails links to set a new password. A wish is written down whether there is such an account or
 * not, in the shard that the address picks: one row either way. Who it is, and whether a mail goes
 * out, is found out afterwards, when nobody waits for the answer.
 */
@Component
public final class PasswordResets implements Errand {
  private static final String KIND = "reset-wish";

  /** Owners of the wishes: in each shard an id before all users'. */
  private static final int SEQUENCE = 19;

  private final AccountRows rows;
  private final MailedLinks links;
  private final Letters letters;
  private final Outbox outbox;

  PasswordResets(AccountRows rows, MailedLinks links, Letters letters, Outbox outbox) {
    this.rows = rows;
    this.links = links;
    this.letters = letters;
    this.outbox = outbox;
  }

  /**
   * Notes the wish.
   *
   * @throws ProblemException {@code validation-failed} of {@code email}
   */
  public void wish(String email) {
    if (!SignUpRules.isEmail(email)) {
      throw ProblemException.invalid("email", "must be an e-mail address");
    }
    String address = Names.canonical(email);
    int shard =
        Math.floorMod(HexFormat.fromHexDigits(Secrets.digest(address), 0, 8), rows.shards());
    long owner = TanadaId.of(TanadaId.EPOCH_MILLIS, shard, SEQUENCE);
    Write wish = outbox.errand(owner, KIND, address, Duration.ZERO);
    rows.commit(owner, wish);
    outbox.posted(List.of(wish));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public void run(long id, long owner, String address) {
    Stored<User> user = Names.user(rows, address);
    if (user == null || !user.value().active() || !links.mayIssue(user.id(), Purpose.RESET)) {
      return;
    }
    long userId = user.id();
    String email = user.value().email();
    Issued link = links.issue(userId, Purpose.RESET, email);
    List<Write> writes =
        List.of(
            link.write(),
            outbox.mail(
                userId,
                Letters.RESET,
                letters.reset(email, user.value().username(), link.address())));
    rows.commit(userId, KIND + id, writes); // the same key each time: one mail
    outbox.posted(writes);
  }
}
