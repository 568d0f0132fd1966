package org.tanada.auth.mail;

import java.time.Duration;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.MailedLinks.Purpose;

/** The texts of mails. */
@Component
public final class Letters {
  /** Kinds of mails, as rows and operators see them. */
  public static final String VERIFICATION = "email-verification";

  /** A link that ends a sign-up, where taken addresses are hidden. */
  public static final String SIGN_UP = "sign-up";

  /** Word to the owner of an address that somebody has signed up with it again. */
  public static final String SIGN_UP_AGAIN = "sign-up-again";

  /** A link to the new address. */
  public static final String CHANGE = "email-change";

  /** Word to the present address that another one was asked for. */
  public static final String CHANGE_ASKED = "email-change-asked";

  /** Word to the old address. */
  public static final String CHANGED = "email-changed";

  /** A link to set a new password. */
  public static final String RESET = "password-reset";

  /** Word of a new password. */
  public static final String RESET_DONE = "password-reset-done";

  private final MailedLinks links;

  Letters(MailedLinks links) {
    this.links = links;
  }

  /** With a link to verify an address. */
  public Letter verification(String to, String username, String link) {
    return letter(
        to,
        "Verify your e-mail address",
        username,
        """
        please show that this address is yours, by opening this link:

        %s

        It works once, within %s. If you have not signed up, leave it: nothing more will come.
        """
            .formatted(link, say(links.lifetime(Purpose.VERIFY))));
  }

  /** With a link without which the account has no address. */
  public Letter signUp(String to, String username, String link) {
    return letter(
        to,
        "Finish signing up",
        username,
        """
        please show that this address is yours, by opening this link; then you can sign in:

        %s

        It works once, within %s. If you have not signed up, leave it: nothing more will come.
        """
            .formatted(link, say(links.lifetime(Purpose.CHANGE))));
  }

  /** To somebody whose address was given for another account. */
  public Letter signUpAgain(String to, String username) {
    return letter(
        to,
        "You have an account already",
        username,
        """
        somebody has just signed up with this address, which has an account already: yours.

        If that was you, sign in to it: %s
        If you have forgotten your password, set a new one: %s

        If that was not you, leave it: nothing has changed, and they have not been told.
        """
            .formatted(links.page("/sign-in"), links.page("/reset-password")));
  }

  /** With a link to the new address. */
  public Letter change(String to, String username, String link) {
    return letter(
        to,
        "Verify your new e-mail address",
        username,
        """
        this is to become the address of your account. Open this link to make it so:

        %s

        It works once, within %s. If you have not asked for it, leave it: then nothing changes.
        """
            .formatted(link, say(links.lifetime(Purpose.CHANGE))));
  }

  /** To the present address. */
  public Letter changeAsked(String to, String username, String next) {
    return letter(
        to,
        "Your e-mail address is about to change",
        username,
        """
        somebody who knows your password asked to change the address of your account to %s. It
        changes when that address is verified.

        If that was not you, set a new password now: %s
        """
            .formatted(next, links.page("/reset-password")));
  }

  /** To the old address. */
  public Letter changed(String to, String username, String next) {
    return letter(
        to,
        "Your e-mail address was changed",
        username,
        """
        the address of your account is %s now. This address does not belong to it any more.

        If that was not you, tell the operator of this site.
        """
            .formatted(next));
  }

  /** With a link to set a new password. */
  public Letter reset(String to, String username, String link) {
    return letter(
        to,
        "Set a new password",
        username,
        """
        open this link to set a new password for your account:

        %s

        It works once, within %s. If you have not asked for it, leave it: your password stays.
        """
            .formatted(link, say(links.lifetime(Purpose.RESET))));
  }

  /** Word of a new password. */
  public Letter resetDone(String to, String username) {
    return letter(
        to,
        "Your password was changed",
        username,
        """
        a new password was set for your account by a link in a mail to this address. Everybody who
        was signed in has been signed out.

        If that was not you, somebody else reads your mails: protect your mailbox first, then set a
        new password: %s
        """
            .formatted(links.page("/reset-password")));
  }

  private static Letter letter(String to, String subject, String username, String text) {
    return new Letter(to, subject + " · Tanada", "Hello " + username + ",\n\n" + text);
  }

  private static String say(Duration time) {
    if (time.toDays() > 1) {
      return time.toDays() + " days";
    }
    return time.toHours() > 1 ? time.toHours() + " hours" : time.toMinutes() + " minutes";
  }
}
