package org.tanada.common.account;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * The audit log, as auth-service offers it: who did what to whom, when and from where. Entries are
 * linked by their hashes into one chain a virtual shard, that of the user whom they concern.
 */
@HttpExchange("/v1/audit")
public interface AuditContract {
  /** Longest page of entries. */
  int MAX_PAGE = 100;

  /** Entries, newest first. */
  @PostExchange("/entries")
  Entries entries(@RequestBody Query query);

  /**
   * Checks a chain, or a part of it; an answer with a {@code next} is to be asked on from there.
   */
  @PostExchange("/checks")
  Checked check(@RequestBody Check check);

  /** What was done. */
  enum What {
    /** A sign-in, for a session or for tokens. */
    SIGN_IN,
    /** A wrong password; many within a minute are one entry with their number. */
    SIGN_IN_FAILED,
    /** All sessions and tokens ended by their owner. */
    SIGN_OUT_EVERYWHERE,
    /** Another password. */
    PASSWORD_CHANGED,
    /** Another password by a mailed link. */
    PASSWORD_RESET,
    /** An address whose owner has followed a mailed link. */
    EMAIL_VERIFIED,
    /** Another address. */
    EMAIL_CHANGED,
    /** An identity at an outside provider that signs in, too. */
    IDENTITY_LINKED,
    /** The same taken away. */
    IDENTITY_UNLINKED,
    /** A second factor, or a passkey. */
    FACTOR_ADDED,
    /** The same taken away. */
    FACTOR_REMOVED,
    /** New recovery codes in place of the old ones. */
    RECOVERY_CODES_MADE,
    /** One of them used. */
    RECOVERY_CODE_USED,
    /** A passkey whose counter went back: somebody may have copied it. */
    PASSKEY_REFUSED,
    /** A role more. */
    ROLE_GIVEN,
    /** A role less. */
    ROLE_TAKEN,
    /** No sign-in any more. */
    ACCOUNT_LOCKED,
    /** Sign-in again. */
    ACCOUNT_UNLOCKED,
    /** A session, or all, ended by somebody else. */
    SESSIONS_ENDED,
    /** An account ended by its owner: the wish, which is then carried out. */
    ACCOUNT_DELETED,
    /** All that is known of a user, taken away by them. */
    DATA_EXPORTED,
    /** A video of somebody else taken out of the shop. */
    VIDEO_WITHDRAWN,
    /** The same taken back. */
    VIDEO_RESTORED,
    /** Another key signs tokens. */
    KEY_ROTATED,
    /** What a key has signed is refused. */
    KEY_REVOKED,
    /** The tokens of a sign-in refused, for example as a used refresh token came again. */
    TOKENS_REVOKED,
    /** Entries that could not be written, with their number. */
    ENTRIES_LOST;

    /** As it stands in rows and on pages, for example {@code sign-in-failed}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one that is called so. */
    public static Optional<What> find(String id) {
      return Arrays.stream(values()).filter(known -> known.id().equals(id)).findFirst();
    }
  }

  /**
   * Which entries; of several conditions all hold.
   *
   * @param whom id of the user whom they concern; null for all
   * @param who id of the user who did it; null for all
   * @param what null for all
   * @param limit 1 to {@value #MAX_PAGE}
   * @param before only entries with a smaller id; null for the first page
   */
  record Query(
      @Nullable Long whom,
      @Nullable Long who,
      @Nullable What what,
      int limit,
      @Nullable Long before) {}

  /**
   * A page of entries.
   *
   * @param entries newest first
   * @param next the {@code before} of the next page; null if this is the last
   */
  record Entries(List<Entry> entries, @Nullable Long next) {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /**
   * An entry.
   *
   * @param id of its row
   * @param chain virtual shard whose chain it is in
   * @param sequence its place there, from 1
   * @param at when it happened
   * @param whoId the user who did it; null if it was none
   * @param who what did it if no user did: {@code operator}, the name of a node; null else
   * @param what see {@link What#id}
   * @param whomId the user whom it concerns; null if it concerns none
   * @param network from where, for example {@code 192.0.2.0/24}; null if unknown
   * @param detail for example the role; null if there is none
   */
  record Entry(
      long id,
      int chain,
      long sequence,
      Instant at,
      @Nullable Long whoId,
      @Nullable String who,
      String what,
      @Nullable Long whomId,
      @Nullable String network,
      @Nullable String detail) {}

  /**
   * A place in a chain.
   *
   * @param sequence of the entry; 0 before the first
   * @param hash of that entry, hexadecimal
   */
  record Position(long sequence, String hash) {}

  /**
   * How far a check has come, from the newest entry towards the first.
   *
   * @param before id of the last entry that was looked at
   * @param expected the entry that has to come next
   */
  record Progress(long before, Position expected) {}

  /**
   * What to check.
   *
   * @param chain its number, from 0
   * @param known the head that this chain had when it was looked at before, and has to contain
   *     still; null if it never was
   * @param from where to go on; null for the beginning
   */
  record Check(int chain, @Nullable Position known, @Nullable Progress from) {}

  /**
   * What was found.
   *
   * @param chains how many chains there are
   * @param entries how many were looked at
   * @param head the newest entry as the chain's signed head has it; null for an empty chain
   * @param faults oldest last
   * @param next where to go on; null if the first entry was reached
   */
  record Checked(
      int chains,
      long entries,
      @Nullable Position head,
      List<Fault> faults,
      @Nullable Progress next) {
    public Checked {
      faults = List.copyOf(faults);
    }
  }

  /**
   * Something that is not as it was written.
   *
   * @param sequence of the entry that it is about
   * @param id of its row; null if it is missing
   * @param what was found, for people
   */
  record Fault(long sequence, @Nullable Long id, String what) {}
}
